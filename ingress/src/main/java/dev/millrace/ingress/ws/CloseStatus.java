package dev.millrace.ingress.ws;

import dev.millrace.ingress.json.Utf8;
import java.util.Arrays;

/** Why a socket is closed (RFC 6455, 7.4), and what a client may say about it. */
final class CloseStatus {

  static final int NORMAL = 1_000;
  static final int PROTOCOL_ERROR = 1_002;
  static final int UNSUPPORTED_DATA = 1_003;

  /** A goodbye that gave no status. Never sent. */
  static final int NONE = 1_005;

  static final int INVALID_PAYLOAD = 1_007;
  static final int POLICY_VIOLATION = 1_008;
  static final int TOO_BIG = 1_009;
  static final int SERVICE_RESTART = 1_012;
  static final int TRY_AGAIN_LATER = 1_013;

  private static final int NOT_YET_DEFINED = 1_004;
  private static final int ABNORMAL = 1_006;
  private static final int LAST_DEFINED = 1_014;
  private static final int FIRST_OF_USERS = 3_000;
  private static final int LAST_OF_USERS = 4_999;

  private CloseStatus() {}

  /** The status that a closing frame must be answered with, or 0 where it is in order. */
  static int fault(byte[] payload) {
    if (payload.length == 1 || !mayBeSent(of(payload)) && payload.length > 0) {
      return PROTOCOL_ERROR;
    }
    return payload.length > 2 && !Utf8.isWellFormed(Arrays.copyOfRange(payload, 2, payload.length))
        ? INVALID_PAYLOAD
        : 0;
  }

  static int of(byte[] payload) {
    return payload.length < 2 ? NONE : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
  }

  private static boolean mayBeSent(int status) {
    return status >= NORMAL
            && status <= LAST_DEFINED
            && status != NOT_YET_DEFINED
            && status != NONE
            && status != ABNORMAL
        || status >= FIRST_OF_USERS && status <= LAST_OF_USERS;
  }
}
