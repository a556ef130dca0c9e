// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    ResourceType type =
        ResourceType.fromString(row.group(1).replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
    PatternType pattern = PatternType.fromString(row.group(2).toUpperCase(Locale.ROOT));
    String name = row.group(3).replace("APPLICATION_ID", applicationId);
    return Arrays.stream(row.group(4).split(", "))
        .map(
            operation ->
                new AclBinding(
                    new ResourcePattern(type, name, pattern),
                    new AccessControlEntry(
                        "User:" + Asked.USER,
                        "*",
                        AclOperation.fromString(operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_")),
                        AclPermissionType.ALLOW)));
  }
}
