// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Runs all checks at the same time. Each runs to its end, whatever the others find. */
public final class Checks {

  /** The number of steps in the broker check, one after the other. */
  private static final int BROKER_STEPS = 9;

  /** The number of subjects that the registry check looks up. */
  private static final int REGISTRY_STEPS = 6;

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
    try {
      List<Running> all =
          List.of(
              start(threads, "broker", BROKER_STEPS, new BrokerCheck(settings, timeout, words)),
              start(
                  threads, "registry", REGISTRY_STEPS, new RegistryCheck(settings, timeout, words)),
              start(
                  threads,
                  "endpoint",
                  1,
                  new EndpointCheck(settings, endpoint, timeout, words, InstantSource.system())));
      List<Finding> findings = new ArrayList<>();
      for (Running check : all) {
        findings.addAll(findings(check));
      }
      return findings;
    } finally {
      threads.shutdownNow();
    }
  }

  private record Running(String about, Duration limit, Future<List<Finding>> findings) {}

  private Running start(
      ExecutorService threads, String about, int steps, Callable<List<Finding>> check) {
    // Each check has its own timeouts. This limit covers what they do not, such as a DNS server
    // that hangs.
    Duration limit = timeout.multipliedBy(steps).plusSeconds(2);
    return new Running(about, limit, threads.submit(check));
  }

  private List<Finding> findings(Running check) throws InterruptedException {
    try {
      return check.findings().get(check.limit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      String text = "no answer within " + check.limit().toSeconds() + " s";
      return List.of(Finding.fail(check.about(), text));
    } catch (ExecutionException e) {
      return List.of(Finding.fail(check.about(), words.apply(e)));
    }
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
