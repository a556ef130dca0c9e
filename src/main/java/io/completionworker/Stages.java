package io.completionworker;

import io.completionworker.async.Capacity;
import io.completionworker.async.dispatch.Attempts;
import io.completionworker.async.dispatch.CodecStage;
import io.completionworker.async.dispatch.DispatchLoop;
import io.completionworker.async.dispatch.Dispatcher;
import io.completionworker.async.dispatch.Lease;
import io.completionworker.config.AsyncConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.gateway.GatewayClient;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate;
import io.completionworker.resilience.BackoffRetryPolicy;
import io.completionworker.resilience.health.CredentialHealth;
import io.completionworker.serde.AvroSerdes;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The stages off the stream threads, from the last to the first, each with what it is made of. */
record Stages(
    DispatchLoop loop,
    GatewayClient gateway,
    ExecutorService codecThread,
    CodecStage codec,
    CredentialHealth health,
    Lease lease,
    Capacity capacity,
    Dispatcher dispatcher)
    implements AutoCloseable {

  /**
   * Starts them; nothing is called before a request is accepted.
   *
   * @param fatal hears of an error after which a stage can do nothing any more
   */
  static Stages start(WorkerSettings settings, Meters meters, Consumer<Throwable> fatal) {
    AsyncConfig async = settings.async();
    AvroSerdes serdes =
        new AvroSerdes(settings.registry().settings(), settings.registry().serdeClass());
    GatewayClient gateway =
        GatewayClient.start(settings.gateway(), async.maxInFlight(), InstantSource.system());
    DispatchLoop loop = new DispatchLoop(fatal);
    ExecutorService codecThread = Executors.newSingleThreadExecutor(Stages::codecThread);
    CodecStage codec =
        new CodecStage(
            Codecs.reader(settings, serdes),
            Codecs.writer(settings, serdes),
            loop,
            codecThread,
            fatal);
    CredentialHealth health =
        new CredentialHealth(
            settings.hold(),
            settings.breaker(),
            settings.retry().maxServerDelay(),
            loop::nanos,
            meters,
            credential -> {});
    Lease lease = new Lease(async.lease(), loop.nanos());
    Attempts attempts =
        new Attempts(loop, gateway, admission(health), lease, async.maxInFlight(), meters);
    Dispatcher dispatcher =
        new Dispatcher(
            loop,
            codec,
            attempts,
            new BackoffRetryPolicy(settings.retry(), settings.hold()),
            async.ordering() == AsyncConfig.Ordering.KEY,
            meters);
    Capacity capacity = new Capacity(async.maxPendingRecords(), async.maxPendingBytes());
    return new Stages(loop, gateway, codecThread, codec, health, lease, capacity, dispatcher);
  }

  /** A lane for each credential, since all that a call waits for is its credential's. */
  private static AdmissionGate admission(CredentialHealth health) {
    return new AdmissionGate(
        call -> call.scope().credential(), call -> Optional.empty(), health.conditions());
  }

  @Override
  public void close() {
    gateway.close();
    codecThread.shutdownNow();
    loop.close();
  }

  private static Thread codecThread(Runnable task) {
    Thread thread = new Thread(task, "completion-codec");
    thread.setDaemon(true);
    return thread;
  }
}
