package io.completionworker;

import io.completionworker.cli.Cli;
import io.completionworker.config.WorkerSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;

/** The process: the command line, and what its {@code run} command runs. */
public final class CompletionWorker {

  private CompletionWorker() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(new Cli(CompletionWorker::run).execute(args));
  }

  /**
   * Runs a worker until it is told to stop or cannot go on.
   *
   * @return 0 after a shutdown that was asked for
   * @throws Exception what the worker cannot go on with
   */
  private static int run(WorkerSettings settings) throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Worker worker = Worker.start(settings, registry)) {
      Thread hook = new Thread(worker::close, "completion-shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      Optional<Throwable> cause = worker.awaitEnd();
      if (cause.isPresent()) {
        throw new WorkerFailedException(cause.get());
      }
      return 0;
    }
  }
}
