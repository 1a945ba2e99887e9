package dev.millrace.ingress.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;

/** Bytes to messages. */
final class Messages {

  private Messages() {}

  /**
   * @throws ProblemException when the bytes are no such message
   */
  static <T> T parse(Parser<T> parser, byte[] message) {
    try {
      return parser.parseFrom(message);
    } catch (InvalidProtocolBufferException malformed) {
      throw new ProblemException(
          Problem.invalid(
              "message",
              message.length + " bytes that are no message of this method",
              "a well-formed one"));
    }
  }
}
