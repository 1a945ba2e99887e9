package dev.millrace.verify.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What holds for every class that ships, and (the last two) for every test. */
final class HouseRules {

  /** kernel ◀ domain ◀ stages ◀ server; stages never name each other. */
  static final ArchRule MODULES_FORM_A_STAR =
      classes()
          .that()
          .resideInAPackage("dev.millrace..")
          .should(new DependOnlyOnAllowedModules())
          .as("modules form a star: kernel, domain, stages, server");

  static final ArchRule PACKAGES_HAVE_NO_CYCLE =
      slices()
          .matching("dev.millrace.(**)")
          .should()
          .beFreeOfCycles()
          .as("no package needs itself through others");

  /** Sockets of our users, and sockets to other servers: decision 8. */
  static final ArchRule ONLY_INGRESS_AND_REMOTE_NAME_VERTX =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.millrace.ingress..", "dev.millrace.runtime.remote..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx..")
          .as("only ingress and runtime.remote name Vert.x");

  static final ArchRule NOTHING_IS_READ_BY_JAVA_SERIALIZATION =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class, Externalizable.class)
          .as("no Java serialization");

  static final ArchRule ONLY_KERNEL_READS_THE_WALL_CLOCK =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.millrace.kernel..")
          .should()
          .callCodeUnitWhere(readsTheWallClock())
          .as("only kernel reads the wall clock");

  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes()
          .that()
          .resideOutsideOfPackage("..jmh_generated..")
          .should(new LiveInANullMarkedPackage())
          .as("every package is @NullMarked");

  static final ArchRule TESTS_USE_NO_MOCKING_LIBRARY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.mockito..", "org.easymock..")
          .as("fakes are written by hand");

  static final ArchRule TESTS_NEVER_SLEEP =
      noClasses()
          .should()
          .callCodeUnitWhere(
              calls("sleeps", Thread.class, "sleep").or(calls("sleeps", TimeUnit.class, "sleep")))
          .as("time is moved in tests, never slept");

  static final List<ArchRule> FOR_WHAT_SHIPS =
      List.of(
          MODULES_FORM_A_STAR,
          PACKAGES_HAVE_NO_CYCLE,
          ONLY_INGRESS_AND_REMOTE_NAME_VERTX,
          NOTHING_IS_READ_BY_JAVA_SERIALIZATION,
          ONLY_KERNEL_READS_THE_WALL_CLOCK,
          EVERY_PACKAGE_IS_NULL_MARKED);

  static final List<ArchRule> FOR_TESTS = List.of(TESTS_USE_NO_MOCKING_LIBRARY, TESTS_NEVER_SLEEP);

  private HouseRules() {}

  /** A {@code now()} that is handed a clock is no reading of the machine's. */
  private static DescribedPredicate<JavaCall<?>> readsTheWallClock() {
    DescribedPredicate<JavaCall<?>> now =
        DescribedPredicate.describe(
            "java.time's now()",
            call ->
                call.getName().equals("now")
                    && call.getTargetOwner().getPackageName().equals("java.time")
                    && call.getTarget().getRawParameterTypes().stream()
                        .noneMatch(parameter -> parameter.isEquivalentTo(Clock.class)));
    return calls("reads", System.class, "currentTimeMillis")
        .or(now)
        .or(calls("reads", Clock.class, "systemUTC"))
        .or(calls("reads", Clock.class, "systemDefaultZone"))
        .or(calls("makes a Date", Date.class, "<init>"));
  }

  private static DescribedPredicate<JavaCall<?>> calls(String what, Class<?> owner, String name) {
    return DescribedPredicate.describe(
        what + " by " + owner.getSimpleName() + "." + name,
        call -> {
          JavaClass target = call.getTargetOwner();
          return target.isEquivalentTo(owner) && call.getName().equals(name);
        });
  }
}
