package dev.millrace.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The requests of a run as they go over the wire, rendered once and sent in turn: several, so that
 * a cache in the server does not answer for the model. Each carries its place in the turn as id.
 */
final class GrpcRequests {

  /** Before each message: whether it is compressed, and its length. */
  static final int HEAD = 5;

  private final List<byte[]> requests = new ArrayList<>();
  private final List<byte[]> ids = new ArrayList<>();

  GrpcRequests(GrpcPlan plan) {
    Random random = new Random(HttpBodies.SEED);
    for (int i = 0; i < HttpBodies.VARIANTS; i++) {
      String id = Integer.toString(i);
      ids.add(FrameScanner.ascii(id));
      requests.add(framed(message(plan, id, random)));
    }
  }

  private static byte[] message(GrpcPlan plan, String id, Random random) {
    ProtoWriter message = new ProtoWriter().text(1, plan.model()).text(3, id);
    if (plan.durability() != null) {
      ProtoWriter value = new ProtoWriter().text(3, plan.durability());
      message.message(4, new ProtoWriter().text(1, "x-millrace-durability").message(2, value));
    }
    message.message(
        5,
        new ProtoWriter()
            .text(1, "features")
            .text(2, "FP32")
            .packed(3, plan.rows(), HttpBodies.CARD_FEATURES));
    return message.bytes(7, transactions(plan.rows(), random)).toBytes();
  }

  private static byte[] transactions(int rows, Random random) {
    List<Float> data = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      HttpBodies.addTransaction(data, random);
    }
    ByteBuffer raw = ByteBuffer.allocate(data.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.forEach(raw::putFloat);
    return raw.array();
  }

  private static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(HEAD + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /** The request's message behind its head; not to be changed. */
  byte[] of(long number) {
    return requests.get((int) (number % requests.size()));
  }

  /** What the answer to the request must carry as id. */
  byte[] idOf(long number) {
    return ids.get((int) (number % ids.size()));
  }
}
