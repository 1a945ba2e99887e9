package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorUrlTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, http://127.0.0.1:8080",
    "localhost, http://localhost:8080",
    "models.example.org, http://models.example.org:8080",
    "0.0.0.0, http://127.0.0.1:8080",
    "::1, http://[::1]:8080",
    "::, http://[::1]:8080",
    "0:0:0:0:0:0:0:0, http://[::1]:8080",
    "fe80::1, http://[fe80::1]:8080"
  })
  void a_door_is_named_as_it_can_be_called_from_this_machine(String host, String url) {
    assertThat(DoorUrl.of(host, 8080)).isEqualTo(url);
    URI uri = URI.create(url);
    assertThat(uri.getHost()).as("a client finds the host").isNotNull();
    assertThat(uri.getPort()).isEqualTo(8080);
  }
}
