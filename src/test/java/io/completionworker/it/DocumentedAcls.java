// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static java.util.stream.Collectors.toList;

import io.completionworker.docs.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The ACLs of a worker, as {@code src/docs/security.md} has them. */
final class DocumentedAcls {

  private static final Path PAGE = Path.of("src/docs/security.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| (Topic|Group|TransactionalId|Cluster) \\| (literal|prefixed) \\| `([^`]+)` \\|"
              + " ([A-Za-z, ]+) \\|.*");

  private DocumentedAcls() {}

  /**
   * Those of a worker with its default topics and this application id.
   *
   * @throws IllegalStateException when the page has none
   */
  static List<AclBinding> of(String applicationId) throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      List<AclBinding> acls =
          lines
              .map(ROW::matcher)
              .filter(Matcher::matches)
              .flatMap(row -> bindings(row, applicationId))
              .collect(toList());
      if (acls.isEmpty()) {
        throw new IllegalStateException(PAGE + " has no ACLs");
      }
      return acls;
    }
  }

  private static Stream<AclBinding> bindings(Matcher row, String applicationId) {
    ResourcePattern resource =
        new ResourcePattern(
            ResourceType.fromString(underscored(row.group(1))),
            row.group(3).replace("APPLICATION_ID", applicationId),
            PatternType.fromString(row.group(2).toUpperCase(Locale.ROOT)));
    return Arrays.stream(row.group(4).split(", "))
        .map(operation -> binding(resource, "User:" + Asked.USER, operation));
  }

  /**
   * Those that the commands on the page grant, for the default names. Runs them in bash, with a
   * {@code kafka-acls.sh} that only prints its arguments.
   */
  static List<AclBinding> ofCommands() throws IOException, InterruptedException {
    String commands = Page.blocks(Page.of(PAGE.toString()).section("ACLs"), "").get(0);
    Process bash =
        new ProcessBuilder("/bin/bash", "-c", "kafka-acls.sh() { echo \"$@\"; }\n" + commands)
            .redirectErrorStream(true)
            .start();
    String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (bash.waitFor() != 0) {
      throw new IllegalStateException(printed);
    }
    return printed.lines().flatMap(DocumentedAcls::granted).collect(toList());
  }

  /** Reads the arguments of {@code kafka-acls.sh}. */
  private static Stream<AclBinding> granted(String arguments) {
    Iterator<String> words = List.of(arguments.split(" ", -1)).iterator();
    List<String> operations = new ArrayList<>();
    PatternType pattern = PatternType.LITERAL;
    ResourceType type = ResourceType.UNKNOWN;
    String name = "";
    String principal = "";
    while (words.hasNext()) {
      String option = words.next();
      String value = option.equals("--add") ? "" : words.next();
      switch (option) {
        case "--add", "--bootstrap-server", "--command-config" -> {}
        case "--allow-principal" -> principal = value;
        case "--operation" -> operations.add(value);
        case "--resource-pattern-type" ->
            pattern = PatternType.fromString(value.toUpperCase(Locale.ROOT));
        case "--topic", "--group", "--transactional-id" -> {
          type = ResourceType.fromString(option.substring(2).replace('-', '_'));
          name = value;
        }
        default -> throw new IllegalStateException(option + " in " + arguments);
      }
    }
    ResourcePattern resource = new ResourcePattern(type, name, pattern);
    String granted = principal;
    return operations.stream().map(operation -> binding(resource, granted, operation));
  }

  private static AclBinding binding(ResourcePattern resource, String principal, String operation) {
    return new AclBinding(
        resource,
        new AccessControlEntry(
            principal,
            "*",
            AclOperation.fromString(underscored(operation)),
            AclPermissionType.ALLOW));
  }

  private static String underscored(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z])(?=[A-Z])", "_");
  }
}
