package dev.millrace.runtime.llama.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.json.JsonTree;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaGrammarTest {

  private static String grammar(String schema) {
    return SchemaGrammar.of(
        JsonTree.read(schema.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "schema"),
        "/schema");
  }

  @Test
  void an_object_has_its_properties_in_order_and_optional_ones_may_be_left_out() {
    assertThat(
            grammar(
                """
                {'type':'object','title':'City','additionalProperties':false,
                 'required':['name'],
                 'properties':{'id':{'type':'integer'},'name':{'type':'string'},
                               'big':{'type':'boolean'}}}
                """))
        .isEqualTo(
            """
            root ::= "{" s-f0 "}"
            ws ::= " "?
            integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
            string ::= "\\"" char* "\\""
            char ::= [^"\\\\\\x7F\\x00-\\x1F] | "\\\\" ["\\\\/bfnrt]
            boolean ::= "true" | "false"
            s-f2 ::= ("\\"big\\":" ws boolean)?
            s-n2 ::= ("," ws "\\"big\\":" ws boolean)?
            s-f1 ::= "\\"name\\":" ws string s-n2
            s-n1 ::= "," ws "\\"name\\":" ws string s-n2
            s-f0 ::= "\\"id\\":" ws integer s-n1 | s-f1
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{'const':'a\\\"b'}~\"\\\"a\\\\\\\"b\\\"\"",
        "{'enum':['x',1,null,true]}~\"\\\"x\\\"\" | \"1\" | \"null\" | \"true\"",
        "{'type':'string','minLength':2,'maxLength':4}~\"\\\"\" char{2,4} \"\\\"\"",
        "{'type':'array','items':{'type':'null'},'maxItems':3}~"
            + "\"[\" (null (\",\" ws null){0,2})? \"]\"",
        "{'type':'array','items':{'type':'null'},'minItems':2}~"
            + "\"[\" null (\",\" ws null){1,} \"]\"",
        "{'anyOf':[{'type':'string'},{'type':'null'}]}~string | null",
        "{'type':['integer','null']}~(integer) | (null)",
        "{'type':'object','additionalProperties':false}~\"{}\"",
        "{}~value",
        "{'description':'anything'}~value"
      })
  void small_schemas_become_small_rules(String schema, String root) {
    assertThat(grammar(schema).lines().findFirst()).hasValue("root ::= " + root);
  }

  @Test
  void a_schema_may_refer_to_itself() {
    assertThat(
            grammar(
                """
                {'$ref':'#/$defs/node','$defs':{'node':{'type':'object',
                 'properties':{'next':{'anyOf':[{'$ref':'#/$defs/node'},{'type':'null'}]}},
                 'required':['next']}}}
                """))
        .startsWith("root ::= ref--defs-node-")
        .containsPattern("p0 ::= ref--defs-node-[0-9a-f]+ \\| null");
  }

  @Test
  void names_and_texts_are_quoted_twice_once_for_json_and_once_for_the_grammar() {
    assertThat(grammar("{'type':'object','properties':{'a\\\\b':{'const':'é\\n'}}}"))
        .contains("\"\\\"a\\\\\\\\b\\\":\"")
        .contains("\"\\\"é\\\\n\\\"\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "{'type':'string','pattern':'a+'}@/schema/pattern",
        "{'type':'integer','minimum':3}@/schema/minimum",
        "{'type':'object','properties':{'a':{'type':'number','multipleOf':2}}}@"
            + "/schema/properties/a/multipleOf",
        "{'type':'object','properties':{'a/b':{'allOf':[]}}}@/schema/properties/a~1b/allOf",
        "{'type':'object','required':['x'],'properties':{'a':{}}}@/schema/required/0",
        "{'type':'object','patternProperties':{}}@/schema/patternProperties",
        "{'type':'array','uniqueItems':true}@/schema/uniqueItems",
        "{'type':'array','prefixItems':[]}@/schema/prefixItems",
        "{'type':'string','format':'email'}@/schema/format",
        "{'type':'string','maxLength':5000}@/schema/maxLength",
        "{'type':'array','minItems':3,'maxItems':2}@/schema/maxItems",
        "{'type':'thing'}@/schema/type",
        "{'$ref':'http://elsewhere/x'}@/schema/$ref",
        "{'$ref':'#/$defs/absent'}@/schema/$ref",
        "{'not':{}}@/schema/not",
        "{'enum':[]}@/schema/enum",
        "{'anyOf':[]}@/schema/anyOf"
      })
  void what_is_not_supported_is_refused_with_its_pointer(String schema, String pointer) {
    assertThatThrownBy(() -> grammar(schema))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(e.problem().field()).isEqualTo(pointer);
            });
  }

  @Test
  void depth_and_size_are_bounded() {
    String deep = "{'type':'array','items':".repeat(40) + "{}" + "}".repeat(40);
    assertThatThrownBy(() -> grammar(deep)).hasMessageContaining("at most 32 levels");
    StringBuilder wide = new StringBuilder("{'type':'object','properties':{'p':{}");
    for (int i = 0; i < 300; i++) {
      wide.append(",'p").append(i).append("':{}");
    }
    assertThatThrownBy(() -> grammar(wide.append("}}").toString()))
        .hasMessageContaining("at most 256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= \"a\" | [b-d]{2,3} # {999}",
        "root ::= \"{999}\" [{}]",
        "root ::= (\"a\" (\"b\")?)*"
      })
  void ordinary_grammars_pass(String grammar) {
    assertThat(GrammarCheck.checked(grammar, "/grammar")).isEqualTo(grammar);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  ", "root ::= \"a", "root ::= [a", "root ::= a{9999}", "root ::= a{300}"})
  void grammars_out_of_bounds_are_refused(String grammar) {
    assertThatThrownBy(() -> GrammarCheck.checked(grammar, "/grammar"))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void deep_brackets_and_many_repetitions_are_refused() {
    assertThatThrownBy(() -> GrammarCheck.checked("root ::= " + "(".repeat(40), "/grammar"))
        .hasMessageContaining("at most 32");
    assertThatThrownBy(() -> GrammarCheck.checked("root ::= " + "a{2}".repeat(40), "/grammar"))
        .hasMessageContaining("at most 32");
  }
}
