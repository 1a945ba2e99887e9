package dev.millrace.verify.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** A class may name its own module and those that {@link #allowed} lists for it. */
final class DependOnlyOnAllowedModules extends ArchCondition<JavaClass> {

  private static final String ROOT = "dev.millrace.";

  DependOnlyOnAllowedModules() {
    super("name only the modules below their own");
  }

  /** True when the module {@code from} may name the module {@code to}. */
  static boolean allowed(String from, String to) {
    return switch (from) {
      case "kernel" -> false;
      case "domain" -> to.equals("kernel");
      case "server" -> !to.equals("verify");
      case "verify" -> true;
      default -> Set.of("kernel", "domain").contains(to);
    };
  }

  @Override
  public void check(JavaClass item, ConditionEvents events) {
    String from = moduleOf(item);
    for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
      JavaClass target = dependency.getTargetClass();
      if (!target.getPackageName().startsWith(ROOT)) {
        continue;
      }
      String to = moduleOf(target);
      if (!to.equals(from) && !allowed(from, to)) {
        String message = from + " -> " + to + ": " + dependency.getDescription();
        events.add(SimpleConditionEvent.violated(dependency, message));
      }
    }
  }

  private static String moduleOf(JavaClass type) {
    String below = type.getPackageName().substring(ROOT.length());
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }
}
