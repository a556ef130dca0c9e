// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps the type or the code of an error to an HTTP status, for errors without a status of their
 * own: inside an answer of status 200, or as a finish reason. The names are those of OpenAI,
 * Anthropic, Google and AWS, and variants that others made of them.
 */
final class ErrorStatuses {

  private static final Map<String, Integer> STATUSES = new HashMap<>();

  static {
    name(400, "badrequest", "invalidrequest", "invalidargument", "invalidparameter", "validation");
    name(400, "contextlengthexceeded", "stringabovemaxlength", "failedprecondition", "outofrange");
    name(400, "contentfilter", "contentpolicyviolation", "datainspectionfailed", "invalidprompt");
    name(401, "authentication", "invalidapikey", "unauthenticated", "unauthorized");
    name(401, "apikeyinvalid", "apikeyexpired", "incorrectapikey", "accountdeactivated"); // Google
    name(
        401,
        "unrecognizedclient",
        "expiredtoken",
        "invalidsignature",
        "missingauthenticationtoken");
    name(402, "billing", "paymentrequired", "insufficientcredits", "insufficientbalance");
    name(402, "exceededcurrentquota", "insufficientuserquota", "arrearage", "insufficientquota");
    name(402, "billingnotactive", "billinghardlimitreached", "billingdisabled", "accountoverdue");
    name(402, "creditlimit", "allocationquotafreetieronly", "blockedapiaccess");
    name(403, "permission", "permissiondenied", "forbidden", "accessdenied");
    name(404, "notfound", "modelnotfound", "resourcenotfound");
    name(408, "requesttimeout", "modeltimeout");
    name(409, "conflict", "aborted", "alreadyexists");
    name(413, "requesttoolarge", "payloadtoolarge");
    name(422, "unprocessableentity", "unprocessable");
    name(429, "ratelimit", "ratelimited", "ratelimitexceeded", "resourceexhausted");
    name(429, "toomanyrequests", "throttling", "throttled", "limitburstrate");
    name(500, "api", "server", "internal", "internalserver", "unknown", "upstream", "provider");
    name(500, "dataloss", "cancelled");
    name(500, "modelstream", "modelerror", "inference", "generation", "engine");
    name(502, "badgateway", "network", "connection");
    name(503, "serviceunavailable", "unavailable", "modelnotready", "serverisunavailable");
    name(504, "timeout", "timedout", "deadlineexceeded", "gatewaytimeout");
    name(529, "overloaded", "engineoverloaded", "serverisoverloaded", "modeloverloaded");
    name(529, "slowdown", "capacityexceeded", "insufficientsystemresource", "serveroverloaded");
    name(529, "nocapacity", "enginecapacity");
  }

  private ErrorStatuses() {}

  private static void name(int status, String... words) {
    for (String word : words) {
      STATUSES.put(word, status);
    }
  }

  /** Returns the status of the first word that has one, or null if none has. */
  static @Nullable Integer status(@Nullable String... words) {
    for (String word : words) {
      if (word != null) {
        String letters = word.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        Integer status = STATUSES.get(letters);
        if (status == null) {
          status = STATUSES.get(letters.replaceFirst("(error|exception)$", ""));
        }
        if (status != null) {
          return status;
        }
      }
    }
    return null;
  }
}
