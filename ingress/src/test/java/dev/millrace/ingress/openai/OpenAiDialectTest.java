package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiDialectTest {

  @ParameterizedTest
  @CsvSource({
    "/prompt,prompt",
    "/messages/0/content/12/type,messages[0].content[12].type",
    "/input/0,input[0]",
    "x-millrace-class,x-millrace-class"
  })
  void pointers_become_the_names_that_these_clients_know(String pointer, String parameter) {
    assertThat(OpenAiDialect.parameter(pointer)).isEqualTo(parameter);
  }

  @Test
  void nobody_to_blame_is_null() {
    assertThat(OpenAiDialect.parameter(null)).isNull();
    assertThat(OpenAiDialect.parameter("")).isNull();
  }
}
