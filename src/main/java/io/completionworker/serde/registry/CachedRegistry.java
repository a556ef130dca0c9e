// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.SchemaId;
import io.completionworker.serde.registry.RegistryClient.Time;
import io.completionworker.serde.registry.RegistryClient.UnknownSchemaException;
import io.completionworker.serde.registry.RegistrySettings.Caching;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the registry said, as much and as long as it may. A hit takes no lock; misses are
 * asked one at a time, so that threads that want the same thing ask once.
 *
 * <p>Refusals are remembered for a short time, so that a run of bad records does not become a run
 * of calls. After an outage calls fail at once for a while: as long as the failed call took, so
 * that a thread that meets the outage record after record waits at most half of its time; and the
 * first call after that does not retry.
 */
final class CachedRegistry implements RegistryClient {

  /** Shortest and longest time without calls after an outage. */
  static final long MIN_BACKOFF_NANOS = 1_000_000_000L;

  static final long MAX_BACKOFF_NANOS = 30_000_000_000L;

  private final HttpRegistry registry;
  private final Caching caching;
  private final Time time;
  private final Map<Question, Answer> answers = new ConcurrentHashMap<>();
  private final Queue<Question> oldest = new ArrayDeque<>();
  private final Map<Question, Refusal> refusals = new ConcurrentHashMap<>();
  private @Nullable Outage outage;

  CachedRegistry(HttpRegistry registry, Caching caching, Time time) {
    this.registry = registry;
    this.caching = caching;
    this.time = time;
  }

  @Override
  public SchemaId register(String subject, Schema schema) {
    return (SchemaId)
        answer(
            new Question.Register(subject, schema),
            patient -> registry.register(subject, schema, patient));
  }

  @Override
  public SchemaId lookUp(String subject, Schema schema) {
    return (SchemaId)
        answer(
            new Question.LookUp(subject, schema),
            patient -> registry.lookUp(subject, schema, patient));
  }

  @Override
  public RegisteredSchema latest(String subject) {
    return (RegisteredSchema)
        answer(new Question.Latest(subject), patient -> registry.latest(subject, patient));
  }

  @Override
  public RegisteredSchema schemaById(int id, @Nullable String subject) {
    return (RegisteredSchema)
        answer(new Question.ById(id), patient -> registry.schemaById(id, subject, patient));
  }

  @Override
  public Schema schemaByGuid(UUID guid, @Nullable String subject) {
    return (Schema)
        answer(new Question.ByGuid(guid), patient -> registry.schemaByGuid(guid, subject, patient));
  }

  /** What can be asked, as the key of what was answered. */
  private sealed interface Question {
    record Register(String subject, Schema schema) implements Question {}

    record LookUp(String subject, Schema schema) implements Question {}

    record Latest(String subject) implements Question {}

    record ById(int id) implements Question {}

    record ByGuid(UUID guid) implements Question {}
  }

  /**
   * What the registry said.
   *
   * @param until in nanoseconds of the clock; null for ever
   */
  private record Answer(Object value, @Nullable Long until) {}

  /**
   * A final no.
   *
   * @param until in nanoseconds of the clock
   */
  private record Refusal(SerializationException said, long until) {

    /** The same again, with a stack trace of its own. */
    SerializationException again() {
      String message = String.valueOf(said.getMessage());
      return said instanceof UnknownSchemaException unknown
          ? unknown.saying(message)
          : new SerializationException(message);
    }
  }

  /**
   * The registry failed.
   *
   * @param until in nanoseconds of the clock; calls fail at once before that
   */
  private record Outage(String message, long until) {}

  private Object answer(Question question, Function<Boolean, Object> ask) {
    Object known = known(question);
    return known != null ? known : ask(question, ask);
  }

  private @Nullable Object known(Question question) {
    Answer answer = answers.get(question);
    if (answer == null) {
      return null;
    }
    Long until = answer.until();
    return until == null || time.nanos() - until < 0 ? answer.value() : null;
  }

  private synchronized Object ask(Question question, Function<Boolean, Object> ask) {
    Object known = known(question);
    if (known != null) {
      return known;
    }
    long asked = time.nanos();
    stopAtRefusal(question, asked);
    stopAtOutage(asked);
    try {
      Object answer = ask.apply(outage == null);
      outage = null;
      keep(question, answer);
      return answer;
    } catch (SerializationException e) {
      outage = null;
      remember(question, e);
      throw e;
    } catch (RegistryUnavailableException e) {
      long now = time.nanos();
      long pause = Math.max(MIN_BACKOFF_NANOS, Math.min(now - asked, MAX_BACKOFF_NANOS));
      outage = new Outage(String.valueOf(e.getMessage()), now + pause);
      throw e;
    }
  }

  /** How many refusals are kept. */
  int refusals() {
    return refusals.size();
  }

  private void stopAtRefusal(Question question, long now) {
    Refusal refusal = refusals.get(question);
    if (refusal != null && now - refusal.until() < 0) {
      throw refusal.again();
    }
  }

  private void stopAtOutage(long now) {
    if (outage != null && now - outage.until() < 0) {
      long millis = (outage.until() - now) / 1_000_000;
      throw new RegistryUnavailableException(
          "Schema registry is not asked for another " + millis + " ms: " + outage.message());
    }
  }

  private void keep(Question question, Object value) {
    Duration stands = question instanceof Question.Latest ? caching.latest() : null;
    Long until = stands == null ? null : time.nanos() + stands.toNanos();
    if (answers.put(question, new Answer(value, until)) == null) {
      oldest.add(question);
    }
    if (oldest.size() > caching.maxAnswers()) {
      answers.remove(oldest.remove());
    }
  }

  /** Ids in garbage can be any, so there is a bound to how many refusals are kept. */
  private void remember(Question question, SerializationException said) {
    if (refusals.size() >= caching.maxMissing()) {
      refusals.clear();
    }
    refusals.put(question, new Refusal(said, time.nanos() + stands(question).toNanos()));
  }

  private Duration stands(Question refused) {
    if (refused instanceof Question.Latest) {
      return caching.missingVersion();
    }
    return refused instanceof Question.ById || refused instanceof Question.ByGuid
        ? caching.missingId()
        : caching.missingSchema();
  }
}
