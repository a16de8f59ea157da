package io.flotilla.supervision;

import io.flotilla.connection.Alarm;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/** The alarm of an actor system: its scheduler, which has steps of some 10 ms, and its threads. */
final class SystemAlarm implements Alarm {
    private final ActorSystem<?> system;
    private final LongSupplier nanos;

    /** @param nanos a clock that never jumps */
    SystemAlarm(ActorSystem<?> system, LongSupplier nanos) {
        this.system = system;
        this.nanos = nanos;
    }

    @Override
    public long nanos() {
        return nanos.getAsLong();
    }

    @Override
    public Runnable in(Duration delay, Runnable call) {
        Cancellable set = system.scheduler().scheduleOnce(delay, call, system.executionContext());
        return set::cancel;
    }
}
