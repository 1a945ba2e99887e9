package dev.millrace.control.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void plain_data_becomes_json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", 1L);
    map.put("b", List.of(true, 0.5, "x"));
    map.put("c", Map.of());
    assertThat(JsonText.compact(map)).isEqualTo("{\"a\":1,\"b\":[true,0.5,\"x\"],\"c\":{}}");
    assertThat(JsonText.indented(Map.of("k", Map.of("v", 2L))))
        .isEqualTo("{\n  \"k\": {\n    \"v\": 2\n  }\n}\n");
  }

  @Test
  void what_would_break_the_text_is_escaped() {
    assertThat(JsonText.compact("a\"b\\c\n\r\t\u0001é"))
        .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0001é\"");
  }

  @Test
  void what_is_not_plain_data_is_a_defect() {
    assertThatThrownBy(() -> JsonText.compact(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
