package io.flotilla.transport;

import io.flotilla.sink.Inbound;
import io.flotilla.sink.PatternSearch;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Settings;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long one link has been without data. What is no data does not end a silence: acknowledgements of heartbeats, the exceptions of
 * the operator, and once a silence was told what answers a subscription ({@code ready-when}); else a peer that acknowledges each new
 * subscription and sends nothing would never be left. Confined to the link's event loop.
 */
final class DataSilence {

    private final Settings.Silence settings;
    private final Optional<MessagePattern> answer;
    private final Pulse.Owner owner;
    private final PatternSearch search = new PatternSearch();

    private long lastData;
    private boolean told;

    DataSilence(Settings.Silence settings, Optional<MessagePattern> answer, Pulse.Owner owner, long now) {
        this.settings = settings;
        this.answer = answer.filter(pattern -> pattern != MessagePattern.Any.INSTANCE);
        this.owner = owner;
        this.lastData = now;
    }

    static @Nullable DataSilence of(ConnectionSpec spec, Pulse.Owner owner, long now) {
        return spec.liveness()
                .silence()
                .map(settings -> new DataSilence(settings, spec.opening().readyWhen(), owner, now))
                .orElse(null);
    }

    /** A message that acknowledges no heartbeat. */
    void hears(Inbound message, long now) {
        if (!isData(message)) {
            return;
        }
        lastData = now;
        if (told) {
            told = false;
            owner.dataAgain();
        }
    }

    private boolean isData(Inbound message) {
        List<MessagePattern> except = settings.except();
        boolean awaited = told && answer.isPresent();
        if (except.isEmpty() && !awaited) {
            return true;
        }
        String text = PatternSearch.examined(message);
        for (MessagePattern pattern : except) {
            if (search.meets(pattern, text, message)) {
                return false;
            }
        }
        return !awaited || !search.meets(answer.get(), text, message);
    }

    /** While we do not read, the silence is our own. */
    void suspend(long now) {
        lastData = now;
    }

    /** Tells a silence that has lasted; answers the nanoseconds until the next one may have. */
    long look(long now) {
        long after = settings.after().toNanos();
        long left = lastData + after - now;
        if (left < -Pulse.LATE) { // it is we who were away
            lastData = now - after + Pulse.LATE;
            left = Pulse.LATE;
        }
        if (left > 0) {
            return left;
        }
        boolean again = told;
        told = true;
        lastData = now;
        owner.silent(again);
        return after;
    }
}
