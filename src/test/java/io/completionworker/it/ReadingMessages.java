// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.docs.MessagePage.Message;
import java.util.List;

/** What commands say that read topics, or wait for outcomes. */
final class ReadingMessages {

  static final Message MISSING =
      new Message(
          "Topics are missing",
          "`tail`, `collect`, `redrive`",
          "Missing topics: <names>; make them with `completion-worker topics`",
          1);
  static final Message NO_ANSWER =
      new Message(
          "No broker answers",
          "`tail`, `collect`, `redrive`",
          "No answer from the brokers at <brokers> within 7 s;"
              + " see kafka.bootstrap.servers and kafka.security.protocol",
          1);
  static final Message AWAY =
      new Message(
          "The brokers go away while a command follows topics",
          "`tail`, `collect`, `batch`; stderr",
          "No answer from the brokers at <brokers> within 7 s;"
              + " see kafka.bootstrap.servers and kafka.security.protocol; waiting for them",
          -1);
  static final Message BACK =
      new Message("They are back", "the same", "The brokers answer again", -1);
  static final Message NOT_SENT =
      new Message(
          "The brokers go away while requests are sent again",
          "`redrive`",
          "Cannot send: no answer from the brokers within 8 s; what was committed stays sent;"
              + " see kafka.bootstrap.servers",
          1);
  static final Message NO_AVRO =
      new Message(
          "A record is not in the wire format of the registry",
          "`tail`; stdout",
          "<time> <position> <size> bytes cannot be decoded: Unknown magic byte!",
          -1);
  static final Message NO_SCHEMA =
      new Message(
          "The registry has no schema of a record's id",
          "`tail`; stdout",
          "<time> <position> <size> bytes cannot be decoded: <error of the registry>",
          -1);
  static final Message NO_REGISTRY =
      new Message(
          "The registry cannot be asked",
          "`tail`; stdout",
          "<time> <position> <size> bytes cannot be decoded: The schema registry does not answer;"
              + " see schema.registry.url: <error>",
          -1);
  static final Message NOT_COMPARED =
      new Message(
          "A record that cannot be decoded may be the one that is looked for",
          "`tail --request-id`, `tail --trace-id`; stderr",
          "tail: records that cannot be decoded are not compared; the first is <position>: <error>",
          -1);
  static final Message NOBODY =
      new Message(
          "Requests are outstanding, and no worker runs",
          "progress of `collect` and `batch`",
          "waiting: no worker is in group <group>",
          -1);
  static final Message NOT_READY =
      new Message(
          "A worker runs and cannot go on; it answers on the management port of the configuration",
          "progress of `collect` and `batch`",
          "waiting: the worker at <host and port> is not ready: <first reason>",
          -1);
  private static final String COOLS_DOWN =
      "the worker at <host and port> is ready, but <count> request waits for a cool-down of"
          + " <whose>, model <model>, until <time>: RATE_LIMITED, status 429, \"<what the provider"
          + " says>\"";
  static final Message COOLING =
      new Message(
          "A worker runs, and a provider asked it to wait",
          "progress of `collect` and `batch`",
          "waiting: " + COOLS_DOWN,
          -1);
  static final Message STALL =
      new Message(
          "Workers run, and no outcome has come for 30 s",
          "progress of `collect` and `batch`",
          "waiting: no outcome for <count> s, group <group> has <count> member, lag <count>",
          -1);
  static final Message NO_WORKER =
      new Message(
          "No worker runs",
          "`check`",
          "warn group: no worker is in group <group>; up to <count> requests wait until one runs",
          0);
  static final Message CHECKED_NOT_READY =
      new Message(
          "A worker runs and cannot go on; it answers on the management port of the configuration",
          "`check`",
          "warn group: group <group> has <count> member, lag <count>; the worker at <host and port>"
              + " is not ready: <first reason>",
          0);
  static final Message CHECKED_COOLING =
      new Message(
          "A worker runs, and a provider asked it to wait",
          "`check`",
          "ok   group: group <group> has <count> member, lag <count>; " + COOLS_DOWN,
          0);
  static final Message WORKERS =
      new Message(
          "Workers run", "`check`", "ok   group: group <group> has <count> member, lag <count>", 0);

  static final Message NO_REQUESTS =
      new Message(
          "The request topic is deleted under a worker",
          "`run`",
          "The worker stopped: The request topic <name> is not there any more; it was deleted while"
              + " running; make it with `completion-worker topics`, or see topics.requests",
          1);

  static final List<Message> ALL =
      List.of(
          MISSING,
          NO_ANSWER,
          AWAY,
          BACK,
          NOT_SENT,
          NO_AVRO,
          NO_SCHEMA,
          NO_REGISTRY,
          NOT_COMPARED,
          NOBODY,
          NOT_READY,
          COOLING,
          STALL,
          NO_WORKER,
          CHECKED_NOT_READY,
          CHECKED_COOLING,
          WORKERS,
          NO_REQUESTS);

  private ReadingMessages() {}
}
