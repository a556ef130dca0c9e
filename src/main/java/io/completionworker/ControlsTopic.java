// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a topic that every instance reads, of controls or of what budgets have spent, is
 * still the one that was read when the worker started. If it was deleted, the worker goes on with
 * what it has. If it was made again, the worker has to end: Kafka Streams would go on behind the
 * records of the topic that is gone.
 *
 * <p>Threads: one thread calls {@link #see}; the other methods are safe on every thread.
 */
final class ControlsTopic {

  private final String what;
  private final String name;
  private final String meanwhile;
  private final Consumer<String> ending;
  private @Nullable Uuid first;
  private boolean missed;
  private volatile @Nullable String fault;

  /**
   * Creates a check of the topic of controls.
   *
   * @param ending receives the reason why the worker has to be started again
   */
  ControlsTopic(String name, Consumer<String> ending) {
    this(
        "Topic of controls",
        name,
        "the controls that hold stay until the worker ends, and no new ones come",
        ending);
  }

  private ControlsTopic(String what, String name, String meanwhile, Consumer<String> ending) {
    this.what = what;
    this.name = name;
    this.meanwhile = meanwhile;
    this.ending = ending;
  }

  /** Creates a check of the topic of what budgets have spent. */
  static ControlsTopic ofSpend(String name, Consumer<String> ending) {
    return new ControlsTopic(
        "Topic of spending", name, "budgets no longer know what other instances spend", ending);
  }

  String name() {
    return name;
  }

  /**
   * Compares the topic with what it was before.
   *
   * @param id id that the brokers gave to the topic; {@link Uuid#ZERO_UUID} if it is missing, null
   *     if the worker may not see it
   */
  void see(@Nullable Uuid id) {
    if (id == null) {
      return;
    }
    boolean missing = id.equals(Uuid.ZERO_UUID);
    if (missing) {
      fault =
          first != null && missed ? gone() : null; // a broker that has just started may not know
    } else if (first == null) {
      first = id;
    } else if (!first.equals(id)) {
      ending.accept(madeAgain());
    } else {
      fault = null;
    }
    missed = missing;
  }

  /** Returns that the topic was deleted; empty if it is there. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** Returns how this topic caused the death of its thread; empty if it did not. */
  Optional<String> explain(Throwable link) {
    return link instanceof InvalidOffsetException lost
            && lost.partitions().stream().anyMatch(at -> at.topic().equals(name))
        ? Optional.of(madeAgain())
        : Optional.empty();
  }

  private String gone() {
    return what
        + " "
        + name
        + " is not there any more; it was deleted while running: "
        + meanwhile
        + "; make it with `completion-worker topics`";
  }

  private String madeAgain() {
    return what
        + " "
        + name
        + " was deleted and made again while running; start the worker again, so that it reads the"
        + " new one from its beginning";
  }
}
