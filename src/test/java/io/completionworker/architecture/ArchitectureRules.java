// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** The rules for the classes under a root package, by name. */
public final class ArchitectureRules {

  private final String root;

  /** Rules for this root package. */
  public ArchitectureRules(String root) {
    this.root = root;
  }

  /** All rules. */
  public Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("no cycles", noCycles());
    rules.put("layers", classes().should(new Layers(root, Layers.OF_ALL)));
    rules.put(
        "modules of async",
        classes()
            .that()
            .resideInAPackage(under("async"))
            .should(new Layers(root + ".async", Layers.OF_ASYNC)));
    rules.put("one way in the dispatcher", oneWayInTheDispatcher());
    rules.put("Vert.x", home("io.vertx..", "gateway", "management"));
    rules.put("Netty", home("io.netty..", "gateway"));
    rules.put(
        "Jackson",
        // where JSON is what goes over a wire or stands in a file
        home(
            "com.fasterxml.jackson..",
            "gateway",
            "serde",
            "format",
            "cli",
            "pricing",
            "validation",
            "management"));
    rules.put("Resilience4j", home("io.github.resilience4j..", "resilience"));
    rules.put("Caffeine", home("com.github.benmanes.caffeine..", "async.memory"));
    rules.put("Bucket4j", home("io.github.bucket4j..", "resilience"));
    rules.put("JTokkit", home("com.knuddels..", "tokens"));
    rules.put("Avro", home("org.apache.avro..", "serde", "format", "avro"));
    rules.put("Micrometer", home("io.micrometer..", "metrics", "management", "resilience", ""));
    rules.put("OpenTelemetry", home("io.opentelemetry..", "tracing"));
    rules.put("picocli", home("picocli..", "cli"));
    rules.put("Logback", home("ch.qos.logback..", "cli", "logging"));
    rules.put(
        "Kafka Streams",
        // config: the names of its settings
        home("org.apache.kafka.streams..", "async", "topology", "usage", "config", ""));
    rules.put("ConfigDef", configDefinition());
    rules.put("no Kafka", noKafka());
    rules.put("no internals", noInternals());
    rules.put("exit", noExit());
    rules.put("config objects", noConfigFields());
    rules.put("names", noEmptyNames());
    rules.put(
        "null-marked", classes().that().resideOutsideOfPackage(under("avro")).should(marked()));
    rules.replaceAll((name, rule) -> rule.allowEmptyShould(true));
    return rules;
  }

  private ArchRule noCycles() {
    return SlicesRuleDefinition.slices().matching(root + ".(**)").should().beFreeOfCycles();
  }

  /** The classes of the dispatcher itself know each other one way, too. */
  private ArchRule oneWayInTheDispatcher() {
    String dispatcher = root + ".async.dispatch";
    return SlicesRuleDefinition.slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                String topLevel = type.getName().replaceFirst("\\$.*", "");
                return type.getPackageName().equals(dispatcher)
                    ? SliceIdentifier.of(topLevel)
                    : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "classes of " + dispatcher;
              }
            })
        .should()
        .beFreeOfCycles();
  }

  /** A library is used in its home packages alone; the empty name is the root itself. */
  private ArchRule home(String library, String... homes) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(Arrays.stream(homes).map(this::under).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private ArchRule configDefinition() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(under("config"))
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.apache\\.kafka\\.common\\.config\\.(ConfigDef|AbstractConfig).*");
  }

  private ArchRule noKafka() {
    return noClasses()
        .that()
        .resideInAnyPackage(
            under("gateway"),
            under("resilience"),
            under("validation"),
            under("pricing"),
            under("management"),
            under("completion"),
            under("control"),
            under("headers"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..");
  }

  private ArchRule noInternals() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..internals..");
  }

  private ArchRule noExit() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root)
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class);
  }

  private ArchRule noConfigFields() {
    return noFields()
        .that()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage(under("config"))
        .should()
        .haveRawType(root + ".config.WorkerConfig");
  }

  private ArchRule noEmptyNames() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(under("avro"))
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveNameMatching(".*(Utils?|Helper|Manager|Service|Base)");
  }

  private static ArchCondition<JavaClass> marked() {
    return new ArchCondition<>("be in a package that is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
          String message = type.getPackageName() + " is not @NullMarked";
          events.add(SimpleConditionEvent.violated(type, message));
        }
      }
    };
  }

  private String under(String part) {
    return part.isEmpty() ? root : root + "." + part + "..";
  }
}
