// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.FailureReason;

/** What to do about a failure reason, in the words of the operations page. */
public final class Advice {

  private Advice() {}

  /** A sentence. */
  public static String of(FailureReason reason) {
    return switch (reason) {
      case UNAUTHORIZED ->
          "Fix the key where it was issued, or set a new one and restart the worker.";
      case FORBIDDEN -> "Allow the key to do this, or use another key.";
      case BUDGET_EXHAUSTED -> "Raise the budget, or wait for its next period.";
      case QUOTA_EXHAUSTED -> "Pay, or raise the limit.";
      case RATE_LIMITED, OVERLOADED ->
          "Configure the limits of the account, with room for its other users.";
      case NOT_FOUND -> "Correct the model, or gateway.url.";
      case MODEL_NOT_ALLOWED -> "Allow the model in the gateway, or ask for another.";
      case BAD_REQUEST -> "Read message and error_param.";
      case UNPROCESSABLE -> "Read message.";
      case CLIENT_ERROR -> "Read status and message.";
      case PAYLOAD_TOO_LARGE -> "Send less.";
      case TOKEN_LIMIT_EXCEEDED ->
          "Send less, allow fewer completion tokens, or raise the limit that the message names.";
      case RESPONSE_TOO_LARGE -> "Raise the bound, or ask for less.";
      case GUARDRAIL_DENIED -> "Change the request, or the guardrail in the gateway.";
      case REQUEST_TIMEOUT -> "Raise the time-outs, above those of the gateway.";
      case SERVER_ERROR, CONFLICT -> "The fault is on the provider's side.";
      case CONNECT_FAILED -> "Check the network, gateway.url, gateway.proxy.* and gateway.tls.*.";
      case CONNECTION_LOST -> "If often, look for a proxy in between and its idle timeout.";
      case STREAM_TRUNCATED ->
          "If often, look at the provider, or for a proxy in between that ends long responses.";
      case INVALID_RESPONSE -> "body_excerpt shows what came.";
      default -> "";
    };
  }
}
