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

/** Runs all checks at the same time, each to its end, whatever the others find. */
public final class Checks {

  /** How many questions the check of the brokers asks, one after the other. */
  private static final int BROKER_STEPS = 9;

  /** How many subjects the check of the registry asks for. */
  private static final int REGISTRY_STEPS = 6;

  private final WorkerSettings settings;
  private final EndpointProbe endpoint;
  private final Duration timeout;
  private final Function<Throwable, String> words;

  /**
   * Checks of these settings.
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

  /** Runs the checks. The findings are in a fixed order, at least one of each check. */
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
    // each check has its own time-outs; this one is for what they do not cover, such as a name
    // server that hangs
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

  /** Checks failed, so the worker would not work; the message is one line. */
  public static final class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Reports these failed findings, at least one. */
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
   * What a check found.
   *
   * @param about what was looked at
   * @param text what is so; and when that is wrong, what to change
   */
  public record Finding(Level level, String about, String text) {

    /** How bad it is. */
    public enum Level {
      /** As it should be. */
      OK,
      /** The worker would run, maybe not as wanted. */
      WARN,
      /** The worker would not start or not work. */
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

    /** As it is printed. */
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

  /** Sends one request to the endpoint that is never billed. */
  @FunctionalInterface
  public interface EndpointProbe {

    /**
     * What came back.
     *
     * @param status of HTTP
     * @param date the header of that name, as it stands
     */
    record Reply(int status, Optional<String> date) {}

    /**
     * Sends it with the configured credentials and waits.
     *
     * @throws Exception with why there is no answer
     */
    Reply send(WorkerSettings settings, Duration timeout) throws Exception;
  }
}
