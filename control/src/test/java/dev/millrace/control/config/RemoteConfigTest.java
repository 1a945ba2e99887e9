package dev.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.model.ModelSpec.Capability;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteConfigTest {

  private static NodeConfig read(String text) {
    return ConfigReader.read(text.getBytes(StandardCharsets.UTF_8), "millrace.yaml", Map.of());
  }

  private static List<String> findings(String text) {
    try {
      read(text);
      return List.of();
    } catch (InvalidDocument e) {
      return e.findings().stream().map(Finding::toString).toList();
    }
  }

  @Test
  void a_remote_model_needs_a_name_and_its_servers() {
    RemoteConfig remote =
        read("remotes: [{name: big, urls: [\"http://10.0.0.1:8000/v1\"]}]").remotes().getFirst();
    assertThat(remote.name()).isEqualTo("big");
    assertThat(remote.kind()).isEqualTo(RemoteConfig.Kind.GENERATE);
    assertThat(remote.upstream().options())
        .containsEntry("urls", List.of("http://10.0.0.1:8000/v1"))
        .containsEntry("model", "")
        .containsEntry("key", "")
        .containsEntry("connect_ms", 5_000L)
        .containsEntry("first_token_ms", 60_000L)
        .containsEntry("idle_ms", 30_000L)
        .containsEntry("connections", 64L);
  }

  @Test
  void a_generator_is_trusted_with_tools_and_forms_unless_it_says_what_it_can() {
    String base = "remotes: [{name: big, urls: [\"http://h/v1\"]";
    assertThat(read(base + "}]").remotes().getFirst().capabilities())
        .containsExactlyInAnyOrder(Capability.STRUCTURED_OUTPUT, Capability.TOOLS);
    assertThat(read(base + ", capabilities: [images]}]").remotes().getFirst().capabilities())
        .containsExactly(Capability.IMAGES);
    assertThat(read(base + ", capabilities: []}]").remotes().getFirst().capabilities()).isEmpty();
    assertThat(read(base + ", kind: embed}]").remotes().getFirst().capabilities()).isEmpty();
    assertThat(findings(base + ", capabilities: [sight]}]"))
        .singleElement()
        .asString()
        .contains("remotes[0].capabilities", "images");
  }

  @Test
  void a_file_of_authorities_goes_to_the_runtime_by_its_name() {
    assertThat(
            read("remotes: [{name: a, urls: [\"https://h/v1\"], ca_file: /etc/own.pem}]")
                .remotes()
                .getFirst()
                .upstream()
                .options())
        .containsEntry("ca_file", "/etc/own.pem");
  }

  @ParameterizedTest
  @ValueSource(strings = {"remotes: [{name: big}]", "remotes: [{name: big, urls: []}]"})
  void without_a_server_there_is_no_remote_model(String text) {
    assertThat(findings(text)).singleElement().asString().contains("remotes[0].urls", "nothing");
  }

  @Test
  void a_key_written_out_is_refused_and_never_shown() {
    assertThat(findings("remotes: [{name: a, urls: [\"http://h/v1\"], key: sk-secret-123}]"))
        .singleElement()
        .asString()
        .contains("remotes[0].key", "env:")
        .doesNotContain("sk-secret-123");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://h/v1",
        "http://user:word@h/v1",
        "http://h/v1?x=1",
        "http://h/v1#x",
        "file:///etc/passwd",
        "http://h /v1"
      })
  void an_address_that_is_more_or_less_than_a_base_is_refused(String url) {
    assertThat(findings("remotes: [{name: a, urls: [\"" + url + "\"]}]"))
        .singleElement()
        .asString()
        .contains("remotes[0].urls");
  }

  @Test
  void a_name_twice_and_a_pool_that_is_not_there_are_told() {
    String text =
        """
        remotes:
        - {name: a, urls: ["http://h/v1"]}
        - {name: a, urls: ["http://h/v1"], pool: gone}
        """;
    assertThat(findings(text))
        .hasSize(2)
        .anySatisfy(each -> assertThat(each).contains("second time"))
        .anySatisfy(each -> assertThat(each).contains("remotes[1].pool", "gone"));
  }
}
