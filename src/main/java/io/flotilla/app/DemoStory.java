package io.flotilla.app;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.supervision.FleetEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes sentences and a tally of the events of the demo's fleet: what is new of a kind of peer is told once, with how many
 * connections it happened to since the last look. Safe from any thread.
 */
final class DemoStory implements Consumer<FleetEvent> {

    /** What is told once: of this kind of peer, this failure, and what was decided. */
    private record Subject(String peer, FailureKind kind, Verdict verdict, boolean isOver) {}

    /** A sentence that is still to be told. */
    private static final class Pending {
        private final DemoTally tally;
        private final String because;
        private final boolean hinted;
        private final Set<ConnectionId> who = new HashSet<>();
        private final Instant since;
        private Duration least = Duration.ofDays(1);
        private Duration most = Duration.ZERO;

        private Pending(DemoTally tally, String because, boolean hinted, Instant since) {
            this.since = since;
            this.tally = tally;
            this.because = because;
            this.hinted = hinted;
        }
    }

    private final Map<String, DemoTally> tallies = new LinkedHashMap<>();
    private final Map<ConnectionId, DemoTally> byId = new LinkedHashMap<>();
    private final Set<Subject> told = new HashSet<>();
    private final Map<Subject, Pending> pending = new LinkedHashMap<>();
    private final Set<ConnectionId> behindBreaker = new HashSet<>();
    private @Nullable Instant breakerSince;
    private boolean saidBreaker;
    private final Set<String> saidRecovered = new HashSet<>();
    private final Map<Long, Integer> dialsBySecond = new LinkedHashMap<>();
    private int dials;

    synchronized void expect(DemoPeers.Group group) {
        DemoTally tally = tallies.computeIfAbsent(group.kind().name(), name -> new DemoTally(group.kind()));
        group.specs().forEach(spec -> {
            tally.expect(spec.id());
            byId.put(spec.id(), tally);
        });
    }

    @Override
    public synchronized void accept(FleetEvent event) {
        if (event instanceof FleetEvent.OfConnection of) {
            DemoTally tally = byId.get(of.event().id());
            if (tally != null) {
                note(tally, of.event());
            }
        }
    }

    private void note(DemoTally tally, ConnectionEvent event) {
        if (event instanceof ConnectionEvent.DialStarted) {
            dials++;
            dialsBySecond.merge(event.at().getEpochSecond(), 1, Integer::sum);
            tally.dialed(event.generation());
        } else if (event instanceof ConnectionEvent.Held held && held.by() == HeldBy.BREAKER) {
            behindBreaker.add(event.id());
            breakerSince = breakerSince == null ? event.at() : breakerSince;
        } else if (event instanceof ConnectionEvent.Ready) {
            tally.ready(event.id());
        } else if (event instanceof ConnectionEvent.LinkEnded ended) {
            tally.ended(event.id(), ended.failure());
        } else if (event instanceof ConnectionEvent.RetryScheduled retry) {
            Pending sentence = decided(tally, event, retry.failure(), false, retry.because(), retry.by());
            sentence.least = retry.delay().compareTo(sentence.least) < 0 ? retry.delay() : sentence.least;
            sentence.most = retry.delay().compareTo(sentence.most) > 0 ? retry.delay() : sentence.most;
        } else if (event instanceof ConnectionEvent.GaveUp gaveUp) {
            tally.gaveUp();
            decided(tally, event, gaveUp.failure(), true, gaveUp.because(), HeldBy.BACKOFF);
        } else if (event instanceof ConnectionEvent.Finished finished) {
            tally.judged(Verdict.DONE);
            told(
                    tally,
                    event,
                    new Subject(tally.kind().name(), FailureKind.CLOSED_NORMALLY, Verdict.DONE, true),
                    finished.because(),
                    false);
        }
    }

    private Pending decided(
            DemoTally tally, ConnectionEvent event, Failure failure, boolean isOver, String because, HeldBy by) {
        Verdict verdict = failure.verdict();
        tally.judged(verdict);
        return told(
                tally,
                event,
                new Subject(tally.kind().name(), failure.kind(), verdict, isOver),
                because,
                by == HeldBy.HINT);
    }

    private Pending told(DemoTally tally, ConnectionEvent event, Subject subject, String because, boolean hinted) {
        // Of the good ones the demo itself tells what happens: it happens to all of them at once.
        Pending sentence = told.contains(subject) || tally.kind().act() == DemoKind.Act.FAIR_WEATHER
                ? new Pending(tally, because, hinted, event.at())
                : pending.computeIfAbsent(subject, first -> new Pending(tally, because, hinted, event.at()));
        sentence.who.add(event.id());
        return sentence;
    }

    /**
     * What is new, a sentence each.
     *
     * @param before what began later is told the next time: it happens to others, too, in a moment
     */
    synchronized List<String> news(Instant before) {
        List<String> news = new ArrayList<>();
        for (Map.Entry<Subject, Pending> entry : List.copyOf(pending.entrySet())) {
            Subject subject = entry.getKey();
            Pending sentence = entry.getValue();
            if (sentence.since.isBefore(before)) {
                pending.remove(subject);
                told.add(subject);
                news.add(DemoWords.sentence(
                        sentence.tally.kind(),
                        sentence.who.size(),
                        subject.kind(),
                        subject.verdict(),
                        DemoWords.action(
                                subject.verdict(),
                                subject.isOver(),
                                sentence.hinted,
                                sentence.least,
                                sentence.most,
                                sentence.because)));
            }
        }
        if (!saidBreaker && breakerSince != null && breakerSince.isBefore(before)) {
            saidBreaker = true;
            news.add(DemoWords.breaker(behindBreaker.size()));
        }
        for (DemoTally tally : tallies.values()) {
            boolean isTelling = pending.values().stream().anyMatch(sentence -> sentence.tally == tally);
            if (tally.kind().act() == DemoKind.Act.FOUL_WEATHER
                    && tally.haveAllRecovered()
                    && !isTelling
                    && saidRecovered.add(tally.kind().name())) {
                news.add(DemoWords.recovered(tally.kind(), tally.size()));
            }
        }
        return news;
    }

    synchronized List<DemoTally> tallies() {
        return List.copyOf(tallies.values());
    }

    synchronized int dials() {
        return dials;
    }

    /** The most dials that began in any second of the clock. */
    synchronized int mostDialsInASecond() {
        return dialsBySecond.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }
}
