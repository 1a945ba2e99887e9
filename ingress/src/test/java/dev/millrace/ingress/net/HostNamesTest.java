package dev.millrace.ingress.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "localhost",
        "localhost:8080",
        "127.0.0.1",
        "127.0.0.1:65535",
        "[::1]",
        "[::1]:80",
        "[::ffff:127.0.0.1]",
        "a_b.example",
        "xn--bcher-kva.example",
        "x:"
      })
  void a_name_or_an_address_with_or_without_a_port_is_one(String host) {
    assertThat(HostNames.isOne(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a/b",
        "a@b",
        "a,b",
        "a:b",
        "a:1:2",
        "::1",
        "[::1",
        "[]",
        "[x]",
        "[::1]x",
        "a\tb",
        "a?b",
        "a#b",
        "a\\b",
        "\u00e9",
        "a:123456",
        "[::1]:x",
        "a\"b",
        "a<b"
      })
  void nothing_else_is(String host) {
    assertThat(HostNames.isOne(host)).isFalse();
  }
}
