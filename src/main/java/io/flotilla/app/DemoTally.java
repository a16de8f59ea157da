package io.flotilla.app;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happened to the connections to one kind of peer. Guarded by the story that keeps it. */
final class DemoTally {

    private final DemoKind kind;
    private final Set<ConnectionId> members = new HashSet<>();
    private final Map<FailureKind, Integer> met = new EnumMap<>(FailureKind.class);
    private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    private final Set<ConnectionId> failed = new HashSet<>();
    private final Set<ConnectionId> recovered = new HashSet<>();
    private @Nullable Verdict last;
    private int redials;
    private int givenUp;

    DemoTally(DemoKind kind) {
        this.kind = kind;
    }

    void expect(ConnectionId member) {
        members.add(member);
    }

    void dialed(long generation) {
        redials += generation > 1 ? 1 : 0;
    }

    void ready(ConnectionId member) {
        if (failed.contains(member)) {
            recovered.add(member);
        }
    }

    void ended(ConnectionId member, Failure failure) {
        if (failure.verdict() != Verdict.DONE) {
            met.merge(failure.kind(), 1, Integer::sum);
            failed.add(member);
        }
    }

    void judged(Verdict verdict) {
        verdicts.merge(verdict, 1, Integer::sum);
        last = verdict;
    }

    void gaveUp() {
        givenUp++;
    }

    DemoKind kind() {
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

    /** Whether each of them failed, and was READY after that. */
    boolean haveAllRecovered() {
        return !members.isEmpty() && recovered.containsAll(members);
    }
}
