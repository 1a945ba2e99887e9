package dev.millrace.runtime.remote;

import io.vertx.core.http.HttpClientResponse;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** An answer of another status than 200, and as much of its body as an error can need. */
final class Refusal {

  private static final int LONGEST = 16_384;
  private static final long LONGEST_RETRY_MILLIS = 600_000;

  private final int status;
  private final long retryAfterMillis;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  Refusal(HttpClientResponse response) {
    this.status = response.statusCode();
    this.retryAfterMillis =
        retryAfter(response.getHeader("retry-after-ms"), response.getHeader("retry-after"));
  }

  /** False when it has seen enough. */
  boolean read(byte[] bytes) {
    body.write(bytes, 0, Math.min(bytes.length, LONGEST - body.size()));
    return body.size() < LONGEST;
  }

  Fault fault() {
    return Faults.ofStatus(status, ErrorBody.read(body.toByteArray()), retryAfterMillis);
  }

  /** In milliseconds; 0 when none was told, or as a date, which is not read. */
  static long retryAfter(@Nullable String millis, @Nullable String seconds) {
    double exact = number(millis);
    double wanted = exact > 0 ? exact : number(seconds) * 1_000;
    return (long) Math.clamp(wanted, 0, LONGEST_RETRY_MILLIS);
  }

  private static double number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,9}(\\.[0-9]{1,6})?")
        ? Double.parseDouble(text)
        : 0;
  }
}
