// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.gateway.MisbehavingServer.Behaviour;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attempts of the real client at streams of a server that behaves as a test says. */
abstract class StreamAttempts {

  static final String DONE = "[DONE]";

  @RegisterExtension final Clients clients = new Clients();

  Answer answer(Behaviour behaviour) throws Exception {
    return StreamCalls.answer(attempt(behaviour));
  }

  AttemptError error(Behaviour behaviour) throws Exception {
    return StreamCalls.error(attempt(behaviour));
  }

  AttemptResult attempt(Behaviour behaviour) throws Exception {
    return attempt(behaviour, UnaryOperator.identity());
  }

  AttemptResult attempt(Behaviour behaviour, UnaryOperator<Settings> settings) throws Exception {
    return StreamCalls.attempt(clients, behaviour, 1, settings);
  }
}
