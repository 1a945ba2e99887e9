package dev.millrace.bench;

/** One place for a call on a connection, and the request on it. One thread. */
final class GrpcLane {

  static final byte[] NOTHING = {};
  static final int ABSENT = -1;

  final int slot;
  final GrpcMessages messages = new GrpcMessages();

  /** The number of the call's stream; 0 for none. */
  int stream;

  /** What the stream may still send. */
  long window;

  /** What came on the stream and was not given back to its window. */
  int received;

  boolean waitsForWindow;

  /** Whether the request on it waits for its answer. */
  boolean asked;

  byte[] request = NOTHING;
  int sent;
  byte[] id = NOTHING;
  int http = ABSENT;
  int grpc = ABSENT;
  int answers;

  GrpcLane(int slot) {
    this.slot = slot;
  }

  /** A call begins. */
  void open(int number, long initialWindow) {
    stream = number;
    window = initialWindow;
    received = 0;
    messages.clear();
    http = ABSENT;
    grpc = ABSENT;
  }

  /** A request is put on it. */
  void ask(byte[] message, byte[] requestId) {
    request = message;
    sent = 0;
    id = requestId;
    asked = true;
    answers = 0;
  }

  int left() {
    return request.length - sent;
  }

  /** The call is over. */
  void close() {
    stream = 0;
    asked = false;
    waitsForWindow = false;
    request = NOTHING;
    sent = 0;
  }
}
