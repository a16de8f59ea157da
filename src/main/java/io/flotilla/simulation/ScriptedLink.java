package io.flotilla.simulation;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.Cancellable;

/** One dial in the scripted world and what comes of it. What it tells its listener comes later than the call that caused it. */
final class ScriptedLink implements Link {

    private final Dial dial;
    private final Host host;
    private final VirtualTime time;

    /** What happens to it next, if nothing comes in between. */
    private Cancellable next = Cancellable.alreadyCancelled();

    /** When it is found dead, while it hears nothing. */
    private Cancellable found = Cancellable.alreadyCancelled();

    private boolean silent;
    private boolean open;
    private boolean ended;

    ScriptedLink(Dial dial, Host host, VirtualTime time) {
        this.dial = dial;
        this.host = host;
        this.time = time;
    }

    ConnectionId id() {
        return dial.spec().id();
    }

    Dial dial() {
        return dial;
    }

    /** It opens after so long. */
    void opensAfter(Duration wait, Runnable then) {
        next = time.after(wait, () -> {
            open = true;
            host.entered(this);
            then.run();
            dial.listener()
                    .opened(new Opened(host.address, Optional.empty(), Optional.empty(), Optional.empty(), wait));
        });
    }

    /** It ends after so long. */
    void endsAfter(Duration wait, Failure failure) {
        next.cancel();
        next = time.after(wait, () -> end(failure));
    }

    void end(Failure failure) {
        if (ended) {
            return;
        }
        ended = true;
        next.cancel();
        found.cancel();
        host.left(this);
        dial.listener().ended(failure);
    }

    /** Nothing comes any more; a ping will find that out, where pings are sent. */
    void fallsSilent(RandomGenerator random) {
        Settings.Liveness liveness = dial.spec().liveness();
        silent = true;
        if (open && !ended && found.isCancelled() && liveness.ping().isPresent()) {
            long sinceLastByte = random.nextLong(liveness.ping().get().toNanos() + 1);
            Duration left = liveness.ping().get().minusNanos(sinceLastByte).plus(liveness.pongDeadline());
            found = time.after(
                    left, () -> end(Failure.of(FailureKind.PONG_TIMEOUT, "no byte came in answer to a ping")));
        }
    }

    /** What was lost on the way is sent again, and all is as it was. */
    void isHeardAgain() {
        silent = false;
        found.cancel();
    }

    @Override
    public long generation() {
        return dial.generation();
    }

    @Override
    public void send(Frame frame, Written outcome) {
        if (!ended && open) {
            dial.traffic().written(frame.payload().length);
        }
        outcome.done(!ended && open);
    }

    @Override
    public void close(FailureKind why, int code, String reason, Duration flush) {
        if (!open) {
            endsAfter(Duration.ZERO, Failure.of(why, "abandoned before it was open"));
        } else if (silent) {
            endsAfter(
                    dial.spec().timeouts().close(),
                    Failure.of(FailureKind.CLOSE_TIMEOUT, "the peer did not answer our close"));
        } else {
            endsAfter(World.QUICKEST, Failure.of(why, "closed with " + code));
        }
    }

    @Override
    public void abort(FailureKind why) {
        end(Failure.of(why, "aborted"));
    }
}
