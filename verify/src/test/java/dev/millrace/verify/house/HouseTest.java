package dev.millrace.verify.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house, held against every module of the root pom. */
class HouseTest {

  private static final Modules MODULES = Modules.ofThisProject();
  private static final JavaClasses SHIPPED = MODULES.whatShips();
  private static final JavaClasses TESTS = MODULES.tests();

  @ParameterizedTest
  @MethodSource("rulesForWhatShips")
  void what_ships_keeps_the_rule(ArchRule rule) {
    rule.check(SHIPPED);
  }

  @ParameterizedTest
  @MethodSource("rulesForTests")
  void tests_keep_the_rule(ArchRule rule) {
    rule.check(TESTS);
  }

  /** Without the dependency Maven could run these rules before that module is compiled. */
  @Test
  void the_rules_look_at_every_module_of_the_root_pom() {
    Set<String> others = new TreeSet<>(MODULES.names());
    others.remove("verify");
    assertThat(MODULES.dependenciesOf("verify"))
        .as("modules of the root pom against the dependencies in verify/pom.xml")
        .isEqualTo(others);
  }

  @Test
  void every_module_with_sources_was_compiled_and_read() {
    Set<String> read = new TreeSet<>();
    for (JavaClass type : SHIPPED) {
      read.add(type.getPackageName().split("\\.")[2]);
    }
    assertThat(read).isEqualTo(MODULES.withSources());
  }

  @Test
  void a_pom_names_only_the_modules_below_its_own() {
    for (String module : MODULES.names()) {
      assertThat(MODULES.dependenciesOf(module))
          .as("modules that %s/pom.xml depends on", module)
          .allMatch(other -> DependOnlyOnAllowedModules.allowed(module, other));
    }
  }

  static List<ArchRule> rulesForWhatShips() {
    return HouseRules.FOR_WHAT_SHIPS;
  }

  static List<ArchRule> rulesForTests() {
    return HouseRules.FOR_TESTS;
  }
}
