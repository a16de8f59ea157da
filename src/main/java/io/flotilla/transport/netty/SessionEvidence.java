package io.flotilla.transport.netty;

import io.flotilla.failure.Evidence;
import io.flotilla.transport.Dial;
import io.flotilla.transport.LastSent;
import io.flotilla.transport.Traffic;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What will be known of an open socket when it ends: how long it lived, what moved, and what either side said last. */
public final class SessionEvidence {

    /** Stands for a close frame that was not seen; no code is negative. */
    private static final int NONE = -1;

    private final Dial dial;
    private final InetSocketAddress remote;
    private final LastSent lastSent;
    private final long openedAt = System.nanoTime();

    // The traffic of the connection before this socket.
    private final long bytesInBefore;
    private final long bytesOutBefore;
    private final long messagesInBefore;
    private final long messagesOutBefore;

    private int closeReceived = NONE;
    private int closeSent = NONE;
    private String closeReason = "";
    private @Nullable Throwable broken;

    /** @param remote the other end of the socket */
    public SessionEvidence(Dial dial, InetSocketAddress remote, LastSent lastSent) {
        this.dial = dial;
        this.remote = remote;
        this.lastSent = lastSent;
        Traffic traffic = dial.traffic();
        this.bytesInBefore = traffic.bytesIn();
        this.bytesOutBefore = traffic.bytesOut();
        this.messagesInBefore = traffic.messagesIn();
        this.messagesOutBefore = traffic.messagesOut();
    }

    LastSent lastSent() {
        return lastSent;
    }

    void closeReceived(int code, String reason) {
        closeReceived = code;
        closeReason = reason;
    }

    void closeSent(int code) {
        closeSent = code;
    }

    /** The socket broke, or what we do with it did. */
    public void broken(Throwable thrown) {
        broken = thrown;
    }

    @Nullable
    Throwable broken() {
        return broken;
    }

    Evidence now() {
        Traffic traffic = dial.traffic();
        Evidence.Builder seen = new Evidence.Builder()
                .generation(dial.generation())
                .uptime(Duration.ofNanos(System.nanoTime() - openedAt))
                .lastSent(lastSent.seen())
                .traffic(
                        traffic.bytesIn() - bytesInBefore,
                        traffic.bytesOut() - bytesOutBefore,
                        traffic.messagesIn() - messagesInBefore,
                        traffic.messagesOut() - messagesOutBefore)
                .addresses(List.of(Connector.shown(remote)));
        if (broken != null) {
            seen.thrown(broken);
        }
        if (closeReceived != NONE) {
            seen.closeReceived(closeReceived, closeReason);
        }
        if (closeSent != NONE) {
            seen.closeSent(closeSent);
        }
        return seen.build();
    }
}
