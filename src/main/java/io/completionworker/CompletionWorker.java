// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.Cli;
import io.completionworker.cli.check.Checks.EndpointProbe;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.config.WorkerSettings;
import io.completionworker.gateway.GatewayClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The process: the command line, and the worker that its {@code run} command starts. */
public final class CompletionWorker {

  private static final Logger log = LoggerFactory.getLogger(CompletionWorker.class);

  private CompletionWorker() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] args) {
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // OpenTelemetry logs to java.util.logging
    SLF4JBridgeHandler.install();
    System.exit(execute(CommandEnvironment.ofProcess(), args));
  }

  /** Runs the command that the arguments name, and returns the exit code of the process. */
  public static int execute(CommandEnvironment surroundings, String... args) {
    return new Cli(
            CompletionWorker::run,
            GatewayProbe::send,
            settings -> Codecs.faults(settings)::of,
            surroundings)
        .execute(args);
  }

  /**
   * Runs a worker until it is stopped or fails.
   *
   * @return 0 after a shutdown that was requested
   * @throws Exception the failure that stopped the worker
   */
  private static int run(WorkerSettings settings) throws Exception {
    try (Worker worker = Worker.start(settings)) {
      Thread hook = new Thread(() -> stop(worker), "completion-shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      Optional<Throwable> cause = worker.awaitEnd();
      if (cause.isPresent()) {
        forget(hook);
        throw new WorkerFailedException(cause.get());
      }
      return 0;
    }
  }

  /**
   * Closes the worker and ends the process with 0: a shutdown that was requested is a success,
   * although the JVM would report the signal.
   */
  private static void stop(Worker worker) {
    worker.close();
    Runtime.getRuntime().halt(0);
  }

  /** Removes the shutdown hook, which would report a success. */
  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.debug("The shutdown has begun already", e);
    }
  }

  /** The worker stopped by itself. The message says why, and what to change if that is known. */
  private static final class WorkerFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    WorkerFailedException(Throwable cause) {
      super("The worker stopped: " + innermost(cause), cause);
    }

    private static String innermost(Throwable cause) {
      Throwable inner = cause;
      for (int depth = 0; depth < 32; depth++) {
        Throwable next = inner.getCause();
        if (next == null) {
          break;
        }
        inner = next;
      }
      String message = inner.getMessage();
      return message == null ? inner.getClass().getSimpleName() : message;
    }
  }

  /** Probes the endpoint with the worker's own client: same proxy, same TLS, same headers. */
  private static final class GatewayProbe {

    private GatewayProbe() {}

    static EndpointProbe.Reply send(WorkerSettings settings, Duration timeout)
        throws InterruptedException, ExecutionException {
      try (GatewayClient client =
          GatewayClient.start(settings.gateway(), 1, InstantSource.system())) {
        GatewayClient.Probed answer =
            client.probe().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return new EndpointProbe.Reply(answer.status(), Optional.ofNullable(answer.date()));
      } catch (TimeoutException e) {
        throw new IllegalStateException("no answer within " + timeout.toSeconds() + " s");
      }
    }
  }
}
