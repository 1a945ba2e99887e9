package dev.millrace.verify.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule that cannot fail holds nothing: each is shown a project that breaks it. */
class HouseRulesCanFailTest {

  @TempDir Path folder;

  @Test
  void a_stage_that_names_another_stage_is_found() throws IOException {
    JavaClasses planted =
        compile(
            "package dev.millrace.routing; public class Plan {}",
            "package dev.millrace.scheduling; class Lane { dev.millrace.routing.Plan plan; }");
    assertBroken(HouseRules.MODULES_FORM_A_STAR, planted, "scheduling -> routing");
  }

  @Test
  void a_stage_of_several_packages_is_one_module() throws IOException {
    JavaClasses planted =
        compile(
            "package dev.millrace.runtime.onnx; public class Session {}",
            "package dev.millrace.runtime.worker; class Host { dev.millrace.runtime.onnx.Session s; }");
    assertThat(HouseRules.MODULES_FORM_A_STAR.evaluate(planted).hasViolation()).isFalse();
  }

  @Test
  void a_kernel_that_knows_the_domain_is_found() throws IOException {
    JavaClasses planted =
        compile(
            "package dev.millrace.domain; public class Task {}",
            "package dev.millrace.kernel; class Queue { dev.millrace.domain.Task head; }");
    assertBroken(HouseRules.MODULES_FORM_A_STAR, planted, "kernel -> domain");
  }

  @Test
  void a_domain_that_knows_a_stage_is_found() throws IOException {
    JavaClasses planted =
        compile(
            "package dev.millrace.journal; public class Segment {}",
            "package dev.millrace.domain; class Record { dev.millrace.journal.Segment in; }");
    assertBroken(HouseRules.MODULES_FORM_A_STAR, planted, "domain -> journal");
  }

  @Test
  void a_stage_that_knows_the_server_is_found() throws IOException {
    JavaClasses planted =
        compile(
            "package dev.millrace.server; public class Node {}",
            "package dev.millrace.control; class Admin { dev.millrace.server.Node node; }");
    assertBroken(HouseRules.MODULES_FORM_A_STAR, planted, "control -> server");
  }

  @Test
  void a_cycle_of_packages_inside_a_module_is_found() throws IOException {
    JavaClasses planted =
        compile(
            "package dev.millrace.runtime.a; public class A { dev.millrace.runtime.b.B b; }",
            "package dev.millrace.runtime.b; public class B { dev.millrace.runtime.a.A a; }");
    assertBroken(HouseRules.PACKAGES_HAVE_NO_CYCLE, planted, "runtime.a");
  }

  @Test
  void vertx_outside_ingress_is_found_and_inside_it_is_not() throws IOException {
    JavaClasses planted =
        compile(
            "package io.vertx.core; public class Vertx {}",
            "package dev.millrace.ingress.ws; class Door { io.vertx.core.Vertx vertx; }",
            "package dev.millrace.streams; class Fan { io.vertx.core.Vertx vertx; }");
    assertBroken(HouseRules.ONLY_INGRESS_AND_REMOTE_NAME_VERTX, planted, "streams.Fan");
    assertThat(report(HouseRules.ONLY_INGRESS_AND_REMOTE_NAME_VERTX, planted))
        .doesNotContain("Door");
  }

  @Test
  void java_serialization_is_found() throws IOException {
    JavaClasses planted =
        compile(
            """
            package dev.millrace.journal;
            class Reader {
              Object read(java.io.InputStream in) throws Exception {
                return new java.io.ObjectInputStream(in).readObject();
              }
            }
            """);
    assertBroken(HouseRules.NOTHING_IS_READ_BY_JAVA_SERIALIZATION, planted, "ObjectInputStream");
  }

  @Test
  void the_wall_clock_outside_kernel_is_found_and_inside_it_is_not() throws IOException {
    String reads =
        """
        class Times {
          long millis() { return System.currentTimeMillis(); }
          Object instant() { return java.time.Instant.now(); }
          Object day() { return java.time.LocalDate.now(java.time.ZoneOffset.UTC); }
          Object handed(java.time.Clock clock) { return java.time.Instant.now(clock); }
        }
        """;
    JavaClasses planted =
        compile(
            "package dev.millrace.admission; " + reads, "package dev.millrace.kernel; " + reads);
    assertThat(report(HouseRules.ONLY_KERNEL_READS_THE_WALL_CLOCK, planted))
        .contains("admission.Times.millis", "admission.Times.instant", "admission.Times.day")
        .doesNotContain("handed", "kernel.Times");
  }

  @Test
  void a_package_without_null_marks_is_found() throws IOException {
    JavaClasses planted =
        compile(
            "@org.jspecify.annotations.NullMarked package dev.millrace.streams;",
            "package dev.millrace.streams; class Marked {}",
            "package dev.millrace.streams.spi; class Unmarked {}");
    assertBroken(HouseRules.EVERY_PACKAGE_IS_NULL_MARKED, planted, "streams.spi.Unmarked");
    assertThat(report(HouseRules.EVERY_PACKAGE_IS_NULL_MARKED, planted))
        .doesNotContain("streams.Marked");
  }

  @Test
  void a_mocking_library_is_found() throws IOException {
    JavaClasses planted =
        compile(
            "package org.mockito; public class Mockito {}",
            "package dev.millrace.kernel; class QueueTest { org.mockito.Mockito mockito; }");
    assertBroken(HouseRules.TESTS_USE_NO_MOCKING_LIBRARY, planted, "QueueTest");
  }

  @Test
  void a_sleeping_test_is_found() throws IOException {
    JavaClasses planted =
        compile(
            """
            package dev.millrace.kernel;
            class QueueTest {
              void waits() throws Exception { Thread. sleep(10); }
              void rests() throws Exception { java.util.concurrent.TimeUnit.SECONDS. sleep(1); }
            }
            """);
    assertThat(report(HouseRules.TESTS_NEVER_SLEEP, planted)).contains("waits()", "rests()");
  }

  @Test
  void a_module_that_the_rules_do_not_depend_on_is_seen() throws IOException {
    write("pom.xml", "<modules><module>kernel</module><module>verify</module></modules>");
    write("verify/pom.xml", "<dependency><groupId>dev.millrace</groupId></dependency>");
    Modules modules = Modules.at(folder);
    assertThat(modules.names()).contains("kernel");
    assertThat(modules.dependenciesOf("verify")).isEmpty();
  }

  private static void assertBroken(ArchRule rule, JavaClasses planted, String evidence) {
    assertThat(report(rule, planted)).contains(evidence);
  }

  private static String report(ArchRule rule, JavaClasses planted) {
    return rule.evaluate(planted).getFailureReport().toString();
  }

  /** Compiles each source, a package clause and at most one type, and reads the classes back. */
  private JavaClasses compile(String... sources) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : sources) {
      String name =
          source.startsWith("@") ? "package-info" : source.split("class ")[1].split(" ")[0];
      files.add(write("sources/" + files.size() + "/" + name + ".java", source));
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
      boolean compiled =
          compiler
              .getTask(
                  complaints,
                  manager,
                  null,
                  options,
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(compiled).as(complaints.toString()).isTrue();
    }
    return new ClassFileImporter().importPath(classes);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
