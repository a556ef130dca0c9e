// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Kafka's authorizer, which also remembers what the user {@code worker} has asked for. Brokers make
 * it by its name, so what it knows is the process's.
 */
public final class Asked extends StandardAuthorizer {

  /** The user that is watched. */
  static final String USER = "worker";

  /**
   * A permission that was asked for.
   *
   * @param allowed whether it was given
   * @param wanted whether the caller cannot do without: a broker also asks to leave out what the
   *     caller may not see
   */
  record Permission(
      ResourceType type, String name, AclOperation operation, boolean allowed, boolean wanted) {}

  private static final Set<Permission> PERMISSIONS = ConcurrentHashMap.newKeySet();

  /** What was asked for since {@link #forget}. */
  static List<Permission> permissions() {
    return new ArrayList<>(PERMISSIONS);
  }

  /** Begins anew. */
  static void forget() {
    PERMISSIONS.clear();
  }

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    List<AuthorizationResult> results = super.authorize(context, actions);
    if (context.principal().getName().equals(USER)) {
      for (int i = 0; i < actions.size(); i++) {
        Action action = actions.get(i);
        PERMISSIONS.add(
            new Permission(
                action.resourcePattern().resourceType(),
                action.resourcePattern().name(),
                action.operation(),
                results.get(i) == AuthorizationResult.ALLOWED,
                action.logIfDenied()));
      }
    }
    return results;
  }
}
