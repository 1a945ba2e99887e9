package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** Whose word is taken for a server's name. A name that is not the server's is never taken. */
final class Trust {

  private static final long LARGEST = 4 << 20;

  private Trust() {}

  /**
   * Reads the file, which may wait for a disk.
   *
   * @param authorities a PEM file; empty for those that the machine trusts
   * @throws ProblemException when there is none, or it holds no certificate
   */
  static void set(HttpClientOptions options, String authorities) {
    options.setVerifyHost(true).setTrustAll(false);
    if (!authorities.isEmpty()) {
      options.setTrustOptions(
          new PemTrustOptions().addCertValue(Buffer.buffer(certificates(authorities))));
    }
  }

  private static byte[] certificates(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > LARGEST) {
        throw refused(file + ": more than " + LARGEST + " bytes");
      }
      byte[] pem = Files.readAllBytes(path);
      if (CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .isEmpty()) {
        throw refused(file + ": no certificate");
      }
      return pem;
    } catch (IOException | InvalidPathException absent) {
      throw refused(file + ": cannot be read");
    } catch (CertificateException damaged) {
      throw refused(file + ": a certificate that cannot be read");
    }
  }

  private static ProblemException refused(String found) {
    return new ProblemException(
        Problem.of(
            ErrorCode.UPSTREAM_FAILED,
            "ca_file " + found + " (expected: PEM certificates to trust)"));
  }
}
