package io.flotilla.app;

import io.flotilla.app.DemoPeers.Kind;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Treatment;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.supervision.FleetEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes sentences and a tally of the events of the demo's fleet: what is new of a kind of peer is told once, with how many
 * connections it happened to since the last look. Safe from any thread.
 */
final class DemoStory implements Consumer<FleetEvent> {

    /** What happened to the connections of one kind of peer. */
    static final class Tally {
        private final Kind kind;
        private final Set<ConnectionId> members = new HashSet<>();
        private final Map<FailureKind, Integer> met = new EnumMap<>(FailureKind.class);
        private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        private final Set<ConnectionId> failed = new HashSet<>();
        private final Set<ConnectionId> recovered = new HashSet<>();
        private @Nullable Verdict last;
        private int redials;
        private int givenUp;
        private boolean saidRecovered;

        private Tally(Kind kind) {
            this.kind = kind;
        }

        Kind kind() {
            return kind;
        }

        int size() {
            return members.size();
        }

        Map<FailureKind, Integer> met() {
            return met;
        }

        Map<Verdict, Integer> verdicts() {
            return verdicts;
        }

        /** The verdict that stood in the end; empty when nothing failed. */
        Optional<Verdict> last() {
            return Optional.ofNullable(last);
        }

        int redials() {
            return redials;
        }

        int givenUp() {
            return givenUp;
        }

        /** Whether one of them was READY after a failure. */
        boolean hasRecovered() {
            return !recovered.isEmpty();
        }
    }

    /** What is told once: of this kind of peer, this failure, and what was decided. */
    private record Subject(String peer, FailureKind kind, Verdict verdict, boolean isOver) {}

    /** A connection that met something so often that it became something else. */
    private record Climbed(ConnectionId id, FailureKind kind) {}

    /** A sentence that is still to be told. */
    private static final class Pending {
        private final Tally tally;
        private final String because;
        private final boolean hinted;
        private final Set<ConnectionId> who = new HashSet<>();
        private final Instant since;
        private Duration least = Duration.ofDays(1);
        private Duration most = Duration.ZERO;

        private Pending(Tally tally, String because, boolean hinted, Instant since) {
            this.since = since;
            this.tally = tally;
            this.because = because;
            this.hinted = hinted;
        }
    }

    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final Map<ConnectionId, Tally> byId = new LinkedHashMap<>();
    private final Set<Subject> told = new HashSet<>();
    private final Map<Subject, Pending> pending = new LinkedHashMap<>();
    private final Set<Climbed> climbed = new HashSet<>();
    private final Set<ConnectionId> withCredential = new HashSet<>();
    private final Map<Long, Integer> dialsBySecond = new LinkedHashMap<>();
    private int dials;

    synchronized void expect(DemoPeers.Group group) {
        Tally tally = tallies.computeIfAbsent(group.kind().name(), name -> new Tally(group.kind()));
        group.specs().forEach(spec -> {
            tally.members.add(spec.id());
            byId.put(spec.id(), tally);
            if (spec.credential().isPresent()) {
                withCredential.add(spec.id());
            }
        });
    }

    @Override
    public synchronized void accept(FleetEvent event) {
        if (event instanceof FleetEvent.OfConnection of) {
            Tally tally = byId.get(of.event().id());
            if (tally != null) {
                note(tally, of.event());
            }
        }
    }

    private void note(Tally tally, ConnectionEvent event) {
        if (event instanceof ConnectionEvent.DialStarted) {
            dials++;
            dialsBySecond.merge(event.at().getEpochSecond(), 1, Integer::sum);
            tally.redials += event.generation() > 1 ? 1 : 0;
        } else if (event instanceof ConnectionEvent.Ready && tally.failed.contains(event.id())) {
            tally.recovered.add(event.id());
        } else if (event instanceof ConnectionEvent.LinkEnded ended) {
            onEnd(tally, ended);
        } else if (event instanceof ConnectionEvent.RetryScheduled retry) {
            Pending sentence = decided(
                    tally,
                    event,
                    retry.failure(),
                    inForce(event, retry.failure(), retry.news()),
                    false,
                    retry.because(),
                    retry.by());
            sentence.least = retry.delay().compareTo(sentence.least) < 0 ? retry.delay() : sentence.least;
            sentence.most = retry.delay().compareTo(sentence.most) > 0 ? retry.delay() : sentence.most;
        } else if (event instanceof ConnectionEvent.GaveUp gaveUp) {
            tally.givenUp++;
            decided(
                    tally,
                    event,
                    gaveUp.failure(),
                    inForce(event, gaveUp.failure(), false),
                    true,
                    gaveUp.because(),
                    HeldBy.BACKOFF);
        } else if (event instanceof ConnectionEvent.Finished finished) {
            tally.verdicts.merge(Verdict.DONE, 1, Integer::sum);
            tally.last = Verdict.DONE;
            told(
                    tally,
                    event,
                    new Subject(tally.kind.name(), FailureKind.CLOSED_NORMALLY, Verdict.DONE, true),
                    finished.because(),
                    false);
        }
    }

    private static void onEnd(Tally tally, ConnectionEvent.LinkEnded ended) {
        if (ended.failure().verdict() != Verdict.DONE) {
            tally.met.merge(ended.failure().kind(), 1, Integer::sum);
            tally.failed.add(ended.id());
        }
    }

    private Pending decided(
            Tally tally,
            ConnectionEvent event,
            Failure failure,
            Verdict verdict,
            boolean isOver,
            String because,
            HeldBy by) {
        tally.verdicts.merge(verdict, 1, Integer::sum);
        tally.last = verdict;
        return told(
                tally,
                event,
                new Subject(tally.kind.name(), failure.kind(), verdict, isOver),
                because,
                by == HeldBy.HINT);
    }

    private Pending told(Tally tally, ConnectionEvent event, Subject subject, String because, boolean hinted) {
        // Of the good ones the demo itself tells what happens: it happens to all of them at once.
        Pending sentence = told.contains(subject) || tally.kind.act() == DemoPeers.Act.FAIR_WEATHER
                ? new Pending(tally, because, hinted, event.at())
                : pending.computeIfAbsent(subject, first -> new Pending(tally, because, hinted, event.at()));
        sentence.who.add(event.id());
        return sentence;
    }

    /** The verdict that is in force: repetition, or a repair that there are no means for, makes another one of the row's. */
    private Verdict inForce(ConnectionEvent event, Failure failure, boolean climbs) {
        Treatment treatment = failure.treatment();
        Climbed climbed = new Climbed(event.id(), failure.kind());
        if (climbs && treatment.ladder().isPresent()) {
            this.climbed.add(climbed);
        }
        if (this.climbed.contains(climbed)) {
            return treatment.ladder().orElseThrow().then().verdict();
        }
        boolean repairable = treatment.ruling().verdict() != Verdict.REPAIRABLE || withCredential.contains(event.id());
        return (repairable ? treatment.ruling() : treatment.otherwise()).verdict();
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
                        sentence.tally.kind,
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
        for (Tally tally : tallies.values()) {
            if (!tally.saidRecovered
                    && !tally.failed.isEmpty()
                    && tally.kind.act() == DemoPeers.Act.FOUL_WEATHER
                    && tally.recovered.containsAll(tally.members)
                    && pending.values().stream().noneMatch(sentence -> sentence.tally == tally)) {
                tally.saidRecovered = true;
                news.add(DemoWords.recovered(tally.kind, tally.size()));
            }
        }
        return news;
    }

    synchronized List<Tally> tallies() {
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
