// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.dispatch.DispatcherParts.Stages;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.outbox.StreamThreadGate;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.spending.Spending;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.RequestPlace;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.ControlsView;
import io.completionworker.metrics.Meters;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes every accepted request to its one outcome: has it decoded, waits for its turn, makes
 * attempts, has the outcome encoded and puts it into the outbox of its task. The public methods may
 * be called on any thread and return at once. All other code runs on the loop.
 */
public final class Dispatcher {

  private final Loop loop;
  private final CodecStage codec;
  private final Meters meters;
  private final Flights flights;
  private final Spending spending;
  private final PoisonRule deaths;
  private final Attempts attempts;
  private final Delivery delivery;
  private final Arrivals arrivals;
  private final Retries retries;
  private final ReceivedControls controls;
  private final Steering steering;
  private final AtomicLong outboxes = new AtomicLong();

  /** Creates a dispatcher without requests. */
  public Dispatcher(DispatcherParts parts) {
    loop = parts.modules().loop();
    codec = parts.modules().codec();
    flights = parts.modules().flights();
    spending = parts.modules().spending();
    meters = parts.modules().meters();
    deaths = parts.ports().deaths();
    controls =
        new ReceivedControls(
            loop, codec, parts.ports().controls(), parts.ports().limits(), this::controlsChanged);
    Stages stages = parts.stages(this::moved, this::resumed, this::allPaused);
    attempts =
        new Attempts(
            stages, this::answered, this::expired, this::stopped, this::given, controls::mayStart);
    delivery = new Delivery(stages, attempts, this::proceed);
    arrivals = new Arrivals(stages, attempts, controls, delivery);
    retries = new Retries(stages, attempts, delivery);
    steering = new Steering(stages, controls, attempts, arrivals);
  }

  /** Opens the outbox of an initialized task. {@code before} is its stored call history. */
  public TaskOutbox open(StreamThreadGate gate, CallHistory.Stored before) {
    flights.taskOpened();
    TaskOutbox task = new TaskOutbox(gate, outboxes.incrementAndGet(), loop.nanos());
    deaths.died(before).thenAccept(died -> loop.execute(() -> task.known(died)));
    return task;
  }

  /** Returns the random name of this process. */
  public String process() {
    return deaths.process();
  }

  /** Returns the monotonic time. */
  public long nanos() {
    return loop.nanos();
  }

  /** Accepts a new request. */
  public void accept(TaskOutbox owner, SourceRecord source, SourceRecord.Kept kept) {
    whenKnown(owner, () -> acceptOnLoop(owner, source, kept, null, null, null));
  }

  /**
   * Accepts a request that {@code init()} found in the store, or that was read again.
   *
   * @param progress progress of the request, as far as the store knows
   * @param history what the previous process knew about the calls of the task
   */
  public void recover(
      TaskOutbox owner,
      SourceRecord source,
      SourceRecord.Kept kept,
      Progress progress,
      CallHistory.Stored history) {
    CallHistory.Entry entry = history.of(source.position().offset());
    whenKnown(owner, () -> acceptOnLoop(owner, source, kept, progress, entry, null));
  }

  /** Accepts a stored record that keeps killing its stream thread, with its known outcome. */
  public void condemn(TaskOutbox owner, SourceRecord source, Outcome outcome) {
    whenKnown(owner, () -> acceptOnLoop(owner, source, null, null, null, outcome));
  }

  /** Removes the flights of requests whose outcomes were committed, and reports the outcomes. */
  public void committed(List<RecordPosition> positions) {
    loop.execute(() -> positions.forEach(at -> flights.done(at).ifPresent(delivery::forget)));
  }

  /** Removes a flight whose outcome was not forwarded, since its request is not in the store. */
  public void dropped(RecordPosition position) {
    loop.execute(() -> flights.done(position).ifPresent(delivery::leave));
  }

  /** Records that chunks were forwarded, or dropped because their request is not in the store. */
  public void chunksEmitted(List<RecordPosition> positions) {
    loop.execute(() -> positions.forEach(flights::chunkEmitted));
  }

  /** Closes a task. Its open attempts go on, in case its partition comes back. */
  public void close(TaskOutbox owner) {
    flights.taskClosed();
    owner.close();
    loop.execute(() -> closeOnLoop(owner));
  }

  /** Takes the next record of the topic of controls. A record without a value withdraws one. */
  public void control(ControlRecord record) {
    loop.execute(() -> controls.take(record));
  }

  /** Returns the controls that hold now, and the records that are no controls. */
  public ControlsView controls() {
    return controls.view();
  }

  /** Returns what keeps all calls from starting, one line each. */
  public List<String> notReadyReasons() {
    return controls.notReadyReasons();
  }

  /** Stops starting new attempts. */
  public void drain() {
    loop.execute(attempts::stop);
  }

  /** Whether no attempt is open and every usage row and outcome is in its outbox. */
  public boolean drained() {
    return attempts.idle() && retries.idle() && delivery.idle();
  }

  /** Returns how much memory the answers take that may be given again, in bytes. */
  public long rememberedBytes() {
    return attempts.aside().rememberedBytes();
  }

  /** Returns the number of open calls. */
  public int inFlight() {
    return attempts.inFlight();
  }

  /** Counts the requests that wait, by what they wait for. On the loop only. */
  public Waiting waiting() {
    return Waiting.of(flights, attempts::count, codec.waiting(), loop.nanos());
  }

  /** Looks up where a request is, by its id or position; empty if it is not on this instance. */
  public CompletableFuture<Optional<RequestPlace>> place(String request) {
    CompletableFuture<Optional<RequestPlace>> place = new CompletableFuture<>();
    loop.execute(
        () -> {
          if (!place.isDone()) { // who asked may have given up
            place.complete(flights.place(request));
          }
        });
    return place;
  }

  private void whenKnown(TaskOutbox owner, Runnable accepting) {
    loop.execute(() -> owner.whenKnown(accepting));
  }

  private void acceptOnLoop(
      TaskOutbox owner,
      SourceRecord source,
      SourceRecord.@Nullable Kept kept,
      @Nullable Progress recovered,
      CallHistory.@Nullable Entry before,
      @Nullable Outcome known) {
    if (owner.closed()) {
      return; // the next owner of the partition finds the request in the store
    }
    Progress stored = recovered == null ? Progress.NONE : recovered;
    Flight existing = flights.at(source.position());
    if (existing != null) {
      if (flights.serves(existing, owner, stored, before)) {
        return;
      }
      delivery.makeRoom(existing);
    }
    boolean again = recovered != null || existing != null;
    Flight flight = flights.begin(owner, source, kept, again, stored, before, deaths);
    if (again) {
      meters.recovered();
    }
    int died = flight.calls.deaths();
    flight.outcome(deaths.condemn(died) ? PoisonRule.outcome(source, died) : known);
    boolean mayCost = known == null && flight.calls.uncharged() > 0 && spending.on();
    if (flight.outcome() == null || mayCost) {
      arrivals.read(flight);
    } else {
      arrivals.proceed(flight);
    }
  }

  private void closeOnLoop(TaskOutbox owner) {
    owner.close(); // again: emissions may have been offered since
    delivery.orphan(owner);
  }

  /** Continues a flight whose attempt has ended, with or without an answer. */
  private void answered(
      Flight flight, CompletionCall call, AttemptResult result, Admission.AttemptCost cost) {
    if (flight.orphan() && flights.at(flight.position()) != flight) {
      retries.replaced(flight, call, result);
    } else if (result instanceof AttemptResult.Rejected rejected) {
      retries.after(flight, call, rejected, cost);
    } else {
      retries.answered(flight, call);
    }
  }

  private void expired(Flight flight, @Nullable CompletionCall call) {
    if (call == null) {
      arrivals.readLate(flight);
    } else {
      arrivals.endEarly(flight, attempts.deadlines().passed(flight, call));
    }
  }

  /** Ends or pauses a flight that could be called. */
  private void stopped(Flight flight) {
    Outcome outcome = flight.outcome();
    if (outcome == null) {
      arrivals.pause(flight);
    } else {
      arrivals.endEarly(flight, outcome);
    }
  }

  private void moved(Flight flight) {
    CompletionCall call = flight.call();
    if (flight.is(FlightState.PARKED)) {
      arrivals.placed(flight);
    } else if (call != null && flight.is(FlightState.WAITING)) {
      attempts.moved(flight, call);
    }
  }

  private void given(Flight flight, Outcome outcome, Consumer<Runnable> before) {
    delivery.finish(flight, outcome, before);
  }

  private void resumed(Flight flight) {
    arrivals.resume(flight);
  }

  private void proceed(Flight flight) {
    arrivals.proceed(flight);
  }

  private void controlsChanged(List<Control> held) {
    steering.apply(held);
  }

  private void allPaused() {
    steering.allPaused();
  }
}
