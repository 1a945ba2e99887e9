package dev.millrace.verify.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.launcher.Machine.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {

  @TempDir Path folder;

  @Test
  void without_any_java_it_names_what_to_install() throws Exception {
    Ended ended = Machine.bare(folder).run("serve");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .contains(
            "no JDK 25 or newer", "Temurin 25", "openjdk-25-jdk", "sdk install java", "no Java");
  }

  @Test
  void javas_that_do_not_fit_are_named_with_the_reason() throws Exception {
    Machine machine = Machine.bare(folder);
    machine.runtime("jvm/a-runtime", "25.0.1");
    Path old = machine.jdk("jvm/jdk-17", "17.0.15");
    Ended ended = machine.with("JAVA_HOME", old).run("serve");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .contains("jdk-17 (JAVA_HOME): Java 17.0.15")
        .contains("a-runtime (folder): Java 25.0.1, but without the compiler")
        .containsOnlyOnce("jdk-17 (");
  }

  @Test
  void a_java_home_that_is_not_there_is_named() throws Exception {
    Ended ended = Machine.bare(folder).with("JAVA_HOME", folder.resolve("gone")).run("serve");
    assertThat(ended.err()).contains("gone (JAVA_HOME): no bin/java there");
  }

  @Test
  void an_old_java_home_is_passed_over_for_a_jdk_in_the_usual_folders() throws Exception {
    Machine machine = Machine.ready(folder);
    Path old = machine.jdk("old", "17.0.15");
    assertThat(machine.with("JAVA_HOME", old).run("--version").code()).isZero();
  }

  @Test
  void a_java_on_the_path_is_followed_to_its_home() throws Exception {
    Machine machine = Machine.bare(folder);
    machine.maven("exit 0");
    Path jdk = machine.jdk("elsewhere/jdk-26", "26-ea");
    Files.createSymbolicLink(folder.resolve("bin/java"), jdk.resolve("bin/java"));
    assertThat(machine.run("--version").code()).isZero();
  }

  @Test
  void without_maven_it_names_what_to_install() throws Exception {
    Machine machine = Machine.bare(folder);
    machine.jdk("jvm/jdk-25", "25.0.1");
    Ended ended = machine.run("serve");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("Maven is needed", "apt install maven");
  }

  @Test
  void arguments_and_paths_with_spaces_arrive_whole() throws Exception {
    Machine machine = Machine.ready(folder);
    Ended ended = machine.run("chat", "two words", "*", "");
    Path tree = machine.tree().toRealPath();
    assertThat(ended.out()).endsWith("dev.millrace.server.Millrace\nchat\ntwo words\n*\n\n");
    assertThat(ended.arguments())
        .contains("-Dmillrace.home=" + tree)
        .contains(
            tree
                + "/server/target/millrace-server-0.1.0.jar:"
                + tree
                + "/server/target/lib/one.jar");
  }

  @Test
  void a_link_to_the_launcher_finds_its_tree() throws Exception {
    Machine machine = Machine.ready(folder);
    Path link = Files.createSymbolicLink(folder.resolve("mr"), machine.tree().resolve("millrace"));
    assertThat(machine.start(link, "help").arguments())
        .contains("-Dmillrace.home=" + machine.tree().toRealPath());
  }

  @Test
  void a_node_gets_the_collector_that_does_not_pause_and_other_verbs_a_small_one()
      throws Exception {
    Machine machine = Machine.ready(folder);
    assertThat(machine.run("serve").arguments())
        .contains("-XX:+UseZGC", "-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError")
        .doesNotContain("-XX:+UseSerialGC");
    assertThat(machine.run("tasks").arguments())
        .contains("-XX:+UseSerialGC")
        .doesNotContain("-XX:+UseZGC");
  }

  @Test
  void options_of_the_user_come_after_the_launchers() throws Exception {
    Machine machine = Machine.ready(folder).with("MILLRACE_JAVA_OPTS", "-Xmx1g  -Da=*");
    assertThat(machine.run("serve").arguments())
        .containsSubsequence("-XX:+UseZGC", "-Xmx1g", "-Da=*", "-cp");
  }

  @Test
  void the_exit_code_of_the_program_is_the_launchers() throws Exception {
    assertThat(Machine.ready(folder).with("JAVA_EXIT", 2).run("nonsense").code()).isEqualTo(2);
  }

  @Test
  void what_is_built_is_not_built_again_until_a_source_changes() throws Exception {
    Machine machine = Machine.ready(folder);
    Ended first = machine.run("help");
    assertThat(first.err())
        .contains("building with Java 25.0.1")
        .contains("1 of 1  millrace-server");
    Ended second = machine.run("help");
    assertThat(second.err()).isEmpty();
    assertThat(machine.builds()).isEqualTo(1);

    machine.edit("server/src/main/java/Main.java");
    machine.run("help");
    assertThat(machine.builds()).isEqualTo(2);
  }

  @Test
  void a_build_trains_the_cache_of_classes_with_a_whole_start() throws Exception {
    Machine machine = Machine.ready(folder);
    machine.run("help");
    assertThat(Files.readAllLines(machine.tree().resolve("target/train.log")))
        .containsSubsequence("-XX:+UseZGC", "-XX:AOTMode=record", "serve", "--until-ready")
        .contains("-XX:AOTMode=create", "-Xshare:dump");
  }

  @Test
  void a_training_that_fails_does_not_fail_the_build() throws Exception {
    Machine machine = Machine.ready(folder).with("JAVA_EXIT", 3);
    machine.run("help");
    machine.run("help");
    assertThat(machine.builds()).isEqualTo(1);
    assertThat(machine.run("serve").arguments()).noneMatch(option -> option.contains("AOTCache"));
  }

  @Test
  void a_deleted_source_and_an_edited_pom_are_changes_too() throws Exception {
    Machine machine = Machine.ready(folder);
    machine.run("help");
    Files.delete(machine.tree().resolve("server/src/main/java/Main.java"));
    machine.edit("server/src/main/java");
    machine.run("help");
    assertThat(machine.builds()).isEqualTo(2);

    machine.edit("pom.xml");
    machine.run("help");
    assertThat(machine.builds()).isEqualTo(3);
  }

  @Test
  void a_build_that_fails_shows_why_and_is_tried_again() throws Exception {
    Machine machine = Machine.ready(folder);
    machine.maven("echo '[ERROR] Main.java: missing brace'; exit 1");
    Ended ended = machine.run("serve");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("missing brace", "the build failed", "build.log");

    machine.maven("exit 0");
    assertThat(machine.run("serve").code()).isZero();
    assertThat(machine.builds()).isEqualTo(2);
  }

  @Test
  void the_lock_of_a_builder_that_died_is_broken() throws Exception {
    Machine machine = Machine.ready(folder);
    machine.source("target/building/pid", String.valueOf(Integer.MAX_VALUE));
    assertThat(machine.run("help").code()).isZero();
  }

  @Test
  void an_unknown_log_format_is_refused_with_the_known_ones() throws Exception {
    Ended ended = Machine.ready(folder).with("MILLRACE_LOG", "xml").run("serve");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("MILLRACE_LOG: xml (expected: text or json)");
  }

  @Test
  void campaigns_show_their_usage_for_an_unknown_verb() throws Exception {
    Machine machine = Machine.ready(folder);
    Ended ended = machine.start(machine.tree().resolve("millrace-verify"), "nonsense");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("Usage: millrace-verify");
  }
}
