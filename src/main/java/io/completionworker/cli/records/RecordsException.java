// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A command cannot continue because of records on the topics or because of its files. The message
 * is one line.
 */
public class RecordsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. The message says what is wrong and what to do. */
  public RecordsException(String message) {
    super(message);
  }

  /** Creates the exception. The message says what is wrong and what to do. */
  public RecordsException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Describes what a Kafka client could not do, and which settings to check.
   *
   * @param client settings of the client
   */
  public static RecordsException of(Map<String, ?> client, KafkaException failure) {
    String brokers = "the brokers at " + client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    if (failure instanceof TimeoutException) {
      Object millis = client.get(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG);
      String within = millis == null ? "" : " within " + Long.parseLong(millis + "") / 1000 + " s";
      return new RecordsException("No answer from " + brokers + within + ClientSettings.SEE);
    }
    if (failure instanceof AuthenticationException) {
      String refuse = " refuse the credentials; see kafka.security.protocol and kafka.sasl.*";
      return new RecordsException("T" + brokers.substring(1) + refuse, failure);
    }
    if (failure instanceof AuthorizationException) {
      return new RecordsException("Not authorized to read from " + brokers, failure);
    }
    return new RecordsException("Cannot read from " + brokers + ClientSettings.SEE, failure);
  }

  /** Topics that a command needs are missing. */
  public static final class MissingTopicsException extends RecordsException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception, whose message names the topics. */
    public MissingTopicsException(Collection<String> topics) {
      super(
          "Missing topics: "
              + String.join(", ", topics)
              + "; make them with `completion-worker topics`");
    }
  }
}
