// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.docs.MessagePage.Message;
import java.util.List;

/** What is said of where a group begins, and of partitions that are added or gone. */
final class StartMessages {

  static final Message UNDECIDED =
      new Message(
          "A group without committed offsets finds records in the request topic",
          "`run`",
          "Group another-id has no committed offsets (it is new, or they expired after"
              + " offsets.retention.minutes), and completion-requests has up to <n> records, from"
              + " <time> on, which would all be called and billed; decide with `run --from"
              + " latest`, `earliest` or a time, or with start.from",
          1);
  static final Message CHECKED =
      new Message("The same", "`check`", "1 check failed: start: " + UNDECIDED.text(), 1);
  static final Message BEGINS =
      new Message(
          "The same, with `start.from` or `run --from`",
          "log",
          "Group another-id has no committed offsets and begins at latest of completion-requests:"
              + " up to <n> records are called, up to <n> before them are not",
          -1);
  static final Message NO_EFFECT =
      new Message(
          "`start.from` is set for a group that has offsets",
          "log",
          "Group another-id goes on at its committed offsets, lag <n>; start.from=earliest has no"
              + " effect on it",
          -1);
  static final Message LOST =
      new Message(
          "The retention of the request topic deleted requests that no worker had read",
          "log of `run`, `check`",
          "Up to <n> requests were deleted from completion-requests before a worker had read them;"
              + " they have no outcome. Raise retention.ms or retention.bytes of the topic",
          -1);
  static final Message PARTIAL =
      new Message(
          "A group has no offset of one partition that has records",
          "`run`",
          "Group completion-worker has no committed offsets (of other partitions it has: they were"
              + " deleted, or the partitions were added), and completion-requests partition <n> has"
              + " up to <n> records, from <time> on, which would all be called and billed; decide"
              + " with `run --from latest`, `earliest` or a time, or with start.from",
          1);
  static final Message GROWN =
      new Message(
          "Partitions are added to the request topic while a worker runs",
          "log, readiness, last line of `run`",
          "completion-requests has <n> partitions and completion-worker-pending-changelog has <n>,"
              + " which must be equal; stop all instances, run `completion-worker topics"
              + " repartition`, and start them again: pending requests are kept",
          1);
  static final Message AT_WORK =
      new Message(
          "`topics repartition` while an instance runs",
          "`topics repartition`",
          "Group completion-worker has <n> member; stop all instances first (one that was killed"
              + " is a member until its session times out)",
          1);
  static final Message SHRINK =
      new Message(
          "`topics repartition` with fewer partitions",
          "`topics repartition`",
          "--partitions 1: there are <n> partitions already, and Kafka takes none away; give <n>"
              + " or more",
          1);
  static final Message DELETED =
      new Message(
          "The request topic is deleted while a worker runs",
          "log, readiness, last line of `run`",
          "The request topic completion-requests is not there any more; it was deleted while"
              + " running; make it with `completion-worker topics`, or see topics.requests",
          1);

  static final Message OUTPUT_GONE =
      new Message(
          "An output topic is deleted while a worker runs",
          "log, readiness; until it is there again",
          "Output topic <name> is not there any more; it was deleted while running, and no outcome"
              + " can be written; make it with `completion-worker topics`",
          -1);
  static final Message OUTPUT_SMALLER =
      new Message(
          "The same, on brokers that make a topic when it is asked for",
          "log, readiness; until it has its partitions again",
          "Output topic <name> has <n> partition and had <n>; it was deleted while running, and the"
              + " brokers made it again; give it its partitions and settings with"
              + " `completion-worker topics --alter`",
          -1);

  static final Message CONTROLS_GONE =
      new Message(
          "The topic of controls is deleted while a worker runs",
          "log, readiness; until the worker ends",
          "Topic of controls completion-controls is not there any more; it was deleted while running:"
              + " the controls that hold stay until the worker ends, and no new ones come; make it"
              + " with `completion-worker topics`",
          -1);
  static final Message CONTROLS_AGAIN =
      new Message(
          "It is made again while the worker runs",
          "log, last line of `run`",
          "Topic of controls completion-controls was deleted and made again while running; start the"
              + " worker again, so that it reads the new one from its beginning",
          1);

  static final List<Message> ALL =
      List.of(
          UNDECIDED,
          CHECKED,
          BEGINS,
          NO_EFFECT,
          LOST,
          PARTIAL,
          GROWN,
          AT_WORK,
          SHRINK,
          DELETED,
          OUTPUT_GONE,
          OUTPUT_SMALLER,
          CONTROLS_GONE,
          CONTROLS_AGAIN);

  private StartMessages() {}
}
