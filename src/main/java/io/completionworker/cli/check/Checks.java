// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs all checks at the same time. Each runs to its end, whatever the others find. */
public final class Checks {

  /** The most requests that the broker check makes, one after the other, for each class. */
  private static final int BROKER_STEPS = 24;

  /** The same of the registry check: up to three requests for each of seven subjects. */
  private static final int REGISTRY_STEPS = 21;

  /** What a further class adds to that: the subject of its requests. */
  private static final int SUBJECT_STEPS = 3;

  /** The longest time that a check spends on other things, such as the worker's health. */
  private static final Duration OTHERWISE = Duration.ofSeconds(5);

  private final WorkerSettings settings;
  private final EndpointProbe endpoint;
  private final Duration timeout;
  private final Function<Throwable, String> words;

  /**
   * Creates the checks for these settings.
   *
   * @param timeout longest wait for one answer
   * @param words turns a failure into one line
   */
  public Checks(
      WorkerSettings settings,
      EndpointProbe endpoint,
      Duration timeout,
      Function<Throwable, String> words) {
    this.settings = settings;
    this.endpoint = endpoint;
    this.timeout = timeout;
    this.words = words;
  }

  /** Runs the checks. The findings are in a fixed order, at least one for each check. */
  public List<Finding> run() throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool(Checks::daemon);
    RegistryCheck registry = new RegistryCheck(settings, timeout, words);
    EndpointCheck server =
        new EndpointCheck(settings, endpoint, timeout, words, InstantSource.system());
    int classes = settings.classes().all().size();
    int brokerSteps = BROKER_STEPS * classes;
    int registrySteps = REGISTRY_STEPS + SUBJECT_STEPS * (classes - 1);
    try {
      List<Running> all =
          List.of(
              start(threads, "broker", brokerSteps, new BrokerCheck(settings, timeout, words)),
              start(threads, "registry", registrySteps, atItsEnd(registry)),
              start(threads, "endpoint", 1, atItsEnd(server)));
      List<Finding> findings = new ArrayList<>();
      for (Running check : all) {
        findings.addAll(check.await(words));
      }
      return findings;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Checks one thing. */
  @FunctionalInterface
  interface Check {

    /**
     * Runs the check to its end.
     *
     * @param found receives each finding as soon as it is known
     */
    void run(Consumer<Finding> found) throws Exception;
  }

  private static Check atItsEnd(Callable<List<Finding>> check) {
    return found -> check.call().forEach(found);
  }

  /**
   * A check that runs on another thread.
   *
   * @param found the findings so far
   * @param end completes when the check has ended
   */
  record Running(String about, Duration limit, Queue<Finding> found, Future<?> end) {

    /** Waits for the end. If the check fails or takes too long, its findings so far are kept. */
    List<Finding> await(Function<Throwable, String> words) throws InterruptedException {
      try {
        end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return List.copyOf(found);
      } catch (TimeoutException e) {
        return and(Finding.fail(about, "not done within " + limit.toSeconds() + " s"));
      } catch (ExecutionException e) {
        return and(Finding.fail(about, words.apply(e)));
      }
    }

    private List<Finding> and(Finding last) {
      List<Finding> all = new ArrayList<>(found);
      all.add(last);
      return all;
    }
  }

  private Running start(ExecutorService threads, String about, int steps, Check check) {
    // Each check has its own timeouts. This limit covers what they do not, such as a DNS server
    // that hangs.
    Duration limit = timeout.multipliedBy(steps).plus(OTHERWISE);
    Queue<Finding> found = new ConcurrentLinkedQueue<>();
    Future<?> end =
        threads.submit(
            () -> {
              check.run(found::add);
              return null;
            });
    return new Running(about, limit, found, end);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "completion-check");
    thread.setDaemon(true);
    return thread;
  }

  /** Thrown when checks failed, so that the worker would not work. The message is one line. */
  public static final class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception for these failed findings, at least one. */
    public FailedException(List<Finding> failed) {
      super(message(failed));
    }

    private static String message(List<Finding> failed) {
      Finding first = failed.get(0);
      String count =
          failed.size() == 1 ? "1 check failed: " : failed.size() + " checks failed; first ";
      return count + first.about() + ": " + first.text();
    }
  }

  /**
   * The result of a check.
   *
   * @param about what was checked
   * @param text the state that was found, and what to change when it is wrong
   */
  public record Finding(Level level, String about, String text) {

    /** The severity of a finding. */
    public enum Level {
      /** All is as it should be. */
      OK,
      /** The worker would run, but perhaps not as wanted. */
      WARN,
      /** The worker would not start or would not work. */
      FAIL
    }

    static Finding ok(String about, String text) {
      return new Finding(Level.OK, about, text);
    }

    static Finding warn(String about, String text) {
      return new Finding(Level.WARN, about, text);
    }

    static Finding fail(String about, String text) {
      return new Finding(Level.FAIL, about, text);
    }

    /** Whether the worker would not work. */
    public boolean failed() {
      return level == Level.FAIL;
    }

    /** Returns the finding as the line that is printed. */
    public String line() {
      String word =
          switch (level) {
            case OK -> "ok  ";
            case WARN -> "warn";
            case FAIL -> "FAIL";
          };
      return word + " " + about + ": " + text;
    }
  }

  /** Sends one request to the endpoint. The request is never billed. */
  @FunctionalInterface
  public interface EndpointProbe {

    /**
     * The endpoint's reply.
     *
     * @param status HTTP status
     * @param date the {@code Date} header, not parsed
     */
    record Reply(int status, Optional<String> date) {}

    /**
     * Sends the request with the configured credentials and waits for the reply.
     *
     * @throws Exception with the reason when there is no reply
     */
    Reply send(WorkerSettings settings, Duration timeout) throws Exception;
  }
}
