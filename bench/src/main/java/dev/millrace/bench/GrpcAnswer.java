package dev.millrace.bench;

import org.jspecify.annotations.Nullable;

/**
 * What an answer's message says, as far as the generator looks at it: whose it is, whether it has
 * tensors, and on a stream what went wrong. Used again for the next message.
 */
final class GrpcAnswer {

  private static final int STREAM_ERROR = 1;
  private static final int STREAM_ANSWER = 2;
  private static final int ID = 3;
  private static final int PARAMETERS = 4;
  private static final int RAW_OUTPUT = 6;
  private static final int TYPED_OUTPUT = 5;
  private static final byte[] CODE = FrameScanner.ascii("code");

  private final ProtoReader outer = new ProtoReader();
  private final ProtoReader fields = new ProtoReader();
  private final ProtoReader entry = new ProtoReader();
  private byte[] bytes = {};
  private boolean mine;
  private boolean tensors;
  private boolean error;
  private @Nullable String code;

  /**
   * Reads a message.
   *
   * @param streamed whether it is an answer on a stream, which has the answer within
   * @param id that it must carry
   */
  void read(byte[] source, int from, int until, boolean streamed, byte[] id) throws BadPeer {
    bytes = source;
    mine = false;
    tensors = false;
    error = false;
    code = null;
    if (!streamed) {
      answer(from, until, id);
      return;
    }
    outer.of(source, from, until);
    for (int field; (field = outer.next()) != 0; ) {
      if (field == STREAM_ERROR) {
        error = outer.until() > outer.from();
      } else if (field == STREAM_ANSWER) {
        answer(outer.from(), outer.until(), id);
      }
    }
  }

  private void answer(int from, int until, byte[] id) throws BadPeer {
    fields.of(bytes, from, until);
    for (int field; (field = fields.next()) != 0; ) {
      switch (field) {
        case ID -> mine = fields.is(id);
        case PARAMETERS -> parameter();
        case RAW_OUTPUT, TYPED_OUTPUT -> tensors = true;
        default -> {}
      }
    }
  }

  private void parameter() throws BadPeer {
    entry.of(bytes, fields.from(), fields.until());
    boolean isCode = false;
    for (int field; (field = entry.next()) != 0; ) {
      if (field == 1) {
        isCode = entry.is(CODE);
      } else if (field == 2 && isCode) {
        code = textOf(entry.from(), entry.until());
      }
    }
  }

  private @Nullable String textOf(int from, int until) throws BadPeer {
    ProtoReader value = new ProtoReader().of(bytes, from, until);
    return value.next() == 3 ? value.text() : null;
  }

  /** Whether it carries the id of the request. */
  boolean isMine() {
    return mine;
  }

  boolean hasTensors() {
    return tensors;
  }

  /** How the request went. */
  GrpcStatus status() {
    if (!error) {
      return GrpcStatus.OK;
    }
    return code == null ? GrpcStatus.UNKNOWN : GrpcStatus.ofCode(code);
  }
}
