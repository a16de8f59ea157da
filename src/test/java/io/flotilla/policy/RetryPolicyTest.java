package io.flotilla.policy;

import static io.flotilla.failure.FailureKind.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Treatment;
import io.flotilla.spec.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

    private static final Duration FLOOR = Duration.ofMillis(100);
    private static final Settings.Retry USUAL = Settings.Retry.DEFAULT;

    private static Failure of(FailureKind kind) {
        return Failure.of(kind, "test");
    }

    private static Failure hinted(FailureKind kind, Duration hint) {
        return of(kind).hinting(Optional.of(hint));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    private static Settings.Retry giveUpAfter(int attempts) {
        return new Settings.Retry(
                USUAL.first(),
                USUAL.base(),
                USUAL.factor(),
                USUAL.cap(),
                USUAL.settleAfter(),
                USUAL.hintCap(),
                OptionalInt.of(attempts),
                USUAL.slowLane());
    }

    private static Settings.Retry first(Duration first) {
        return new Settings.Retry(
                first,
                USUAL.base(),
                USUAL.factor(),
                USUAL.cap(),
                USUAL.settleAfter(),
                USUAL.hintCap(),
                USUAL.maxAttempts(),
                USUAL.slowLane());
    }

    private static void assertGivesUp(Decision decision, String... because) {
        assertThat(decision).isInstanceOf(Decision.GiveUp.class);
        assertThat(List.of(because))
                .allSatisfy(part -> assertThat(decision.because()).contains(part));
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void everyRowLeadsToADecisionOfItsVerdict(FailureKind kind) {
        Decision decision = new Told(1)
                .canRepair(Repair.CREDENTIAL)
                .canRepair(Repair.ENDPOINT)
                .canRepair(Repair.SESSION)
                .fails(of(kind));
        Class<? extends Decision> expected = switch (of(kind).verdict()) {
            case TRANSIENT, TRANSIENT_HINTED, SUSPECT -> Decision.Retry.class;
            case REPAIRABLE -> Decision.RepairFirst.class;
            case PERMANENT -> Decision.GiveUp.class;
            case DONE -> Decision.Finish.class;
        };
        assertThat(decision).isInstanceOf(expected);
        assertThat(decision.because()).isNotBlank();
    }

    @Nested
    class Transient {

        @Test
        void theVeryFirstWaitIsUpToTheBase() {
            seeds().forEach(seed -> assertThat(
                            new Told(seed).retries(of(CONNECTION_REFUSED)).delay())
                    .isBetween(FLOOR, seconds(1)));
        }

        @Test
        void theFirstWaitAfterASettledSessionIsUpToFirst() {
            Settings.Retry settings = first(seconds(5));
            assertThat(seeds().mapToObj(seed -> new Told(seed, settings, false)
                                    .settled()
                                    .retries(of(LOST))
                                    .delay())
                            .toList())
                    .allSatisfy(delay -> assertThat(delay).isBetween(FLOOR, seconds(5)))
                    .anySatisfy(delay -> assertThat(delay).isGreaterThan(seconds(4)));
        }

        @Test
        void theSecondWaitAfterASettledSessionIsLikeAnyOther() {
            Settings.Retry settings = first(seconds(50));
            seeds().forEach(seed -> {
                Told told = new Told(seed, settings, false).settled();
                told.retries(of(LOST));
                assertThat(told.retries(of(CONNECTION_REFUSED)).delay()).isBetween(FLOOR, seconds(2));
            });
        }

        @Test
        void aSessionThatIsReadyButDoesNotSettleIsNoSuccess() {
            seeds().forEach(seed -> {
                Told told = new Told(seed, first(seconds(50)), false).settled();
                told.retries(of(LOST));
                assertThat(told.ready().retries(of(LOST)).delay()).isBetween(FLOOR, seconds(2));
                assertThat(told.history().failuresInARow()).isEqualTo(2);
            });
        }

        @Test
        void aFirstOfNoTimeIsTheFloor() {
            assertThat(new Told(1, first(Duration.ZERO), false)
                            .settled()
                            .retries(of(LOST))
                            .delay())
                    .isEqualTo(FLOOR);
        }

        @Test
        void growsToTheCapAndStaysThere() {
            int[] most = {1, 2, 4, 8, 16, 32, 60, 60, 60};
            seeds().forEach(seed -> {
                Told told = new Told(seed);
                for (int step : most) {
                    assertThat(told.retries(of(CONNECTION_REFUSED)).delay()).isBetween(FLOOR, seconds(step));
                }
            });
        }

        @Test
        void aSettledSessionBeginsAnew() {
            Told told = new Told(3);
            for (int i = 0; i < 8; i++) {
                told.retries(of(CONNECTION_REFUSED));
            }
            assertThat(told.settled().history().failuresInARow()).isZero();
            assertThat(told.retries(of(LOST)).delay()).isLessThanOrEqualTo(seconds(1));
        }

        @Test
        void aHintLengthensIt() {
            seeds().forEach(seed -> {
                Decision.Retry retry = new Told(seed).retries(hinted(SERVER_ERROR, seconds(9)));
                assertThat(retry.delay()).isBetween(seconds(9), seconds(10));
                assertThat(retry.notBefore()).isEqualTo(seconds(9));
                assertThat(retry.because()).contains("the peer asked for 9s");
            });
        }

        @Test
        void withoutAHintNothingIsThePeers() {
            assertThat(new Told(1).retries(of(LOST)).notBefore()).isZero();
        }
    }

    @Nested
    class TransientHinted {

        @Test
        void waitsForTheHintAndAJitteredStep() {
            List<Duration> delays = seeds().mapToObj(seed -> {
                        Told told = new Told(seed);
                        told.retries(of(LOST));
                        told.retries(of(LOST));
                        Decision.Retry retry = told.retries(hinted(THROTTLED, seconds(30)));
                        assertThat(retry.notBefore()).isEqualTo(seconds(30));
                        return retry.delay();
                    })
                    .toList();
            assertThat(delays).allSatisfy(delay -> assertThat(delay).isBetween(seconds(30), seconds(34)));
            assertThat(delays).anySatisfy(delay -> assertThat(delay).isGreaterThan(seconds(33)));
            assertThat(delays).doesNotHaveDuplicates();
        }

        @Test
        void aHintBeyondTheCapWaitsForTheCapAndSaysSo() {
            Decision.Retry retry = new Told(1).retries(hinted(THROTTLED, Duration.ofDays(3)));
            assertThat(retry.notBefore()).isEqualTo(Duration.ofHours(24));
            assertThat(retry.delay())
                    .isBetween(Duration.ofHours(24), Duration.ofHours(24).plusSeconds(1));
            assertThat(retry.because()).contains("the peer asked for 72h", "retry.hint-cap allows 24h");
        }

        @ParameterizedTest(name = "Retry-After: {0}")
        @ValueSource(longs = {99_999_999_999_999_999L, Long.MAX_VALUE})
        void anAbsurdHintOverflowsNothing(long hint) {
            for (FailureKind kind : List.of(THROTTLED, SERVER_ERROR, NAME_NOT_FOUND, UNAUTHORIZED)) {
                Told told = new Told(1).canRepair(Repair.CREDENTIAL);
                Decision decision = told.fails(hinted(kind, seconds(hint)));
                Duration delay = decision instanceof Decision.RepairFirst repair
                        ? repair.delay()
                        : ((Decision.Retry) decision).delay();
                assertThat(told.now().plus(delay)).isBefore(Instant.parse("2026-03-04T00:00:00Z"));
                assertThat(decision.because()).contains("retry.hint-cap allows 24h");
            }
        }

        @Test
        void theLongestWaitFitsATimerWhateverTheSettings() {
            Duration longest = Duration.ofDays(200);
            Settings.Retry endless = new Settings.Retry(
                    longest,
                    longest,
                    2,
                    longest,
                    longest,
                    longest,
                    OptionalInt.empty(),
                    new Settings.SlowLane(1, longest, longest, longest));
            seeds().forEach(seed -> {
                Told told = new Told(seed, endless, false).settled();
                assertThat(told.retries(of(NAME_NOT_FOUND)).delay()).isLessThanOrEqualTo(Duration.ofDays(200));
                assertThat(told.settled()
                                .retries(hinted(THROTTLED, Duration.ofDays(365)))
                                .delay())
                        .isLessThanOrEqualTo(Duration.ofDays(200));
            });
        }

        @ParameterizedTest(name = "hint of {0} s")
        @ValueSource(longs = {0, -1, Long.MIN_VALUE})
        void aHintOfNoTimeIsNone(long hint) {
            seeds().forEach(seed -> {
                Decision.Retry retry = new Told(seed).retries(hinted(UNAVAILABLE, seconds(hint)));
                assertThat(retry.delay()).isGreaterThanOrEqualTo(seconds(5));
                assertThat(retry.notBefore()).isZero();
            });
        }

        @Test
        void withoutAHintItIsAtLeastFiveSecondsAndNotInStep() {
            List<Duration> delays = seeds().mapToObj(
                            seed -> new Told(seed).retries(of(UNAVAILABLE)).delay())
                    .toList();
            assertThat(delays).allSatisfy(delay -> assertThat(delay).isBetween(seconds(5), seconds(10)));
            assertThat(delays).doesNotHaveDuplicates();
        }

        @Test
        void withoutAHintItGrowsLikeATransient() {
            assertThat(seeds().mapToObj(seed -> {
                                Told told = new Told(seed);
                                for (int i = 0; i < 8; i++) {
                                    told.retries(of(UNAVAILABLE));
                                }
                                return told.retries(of(UNAVAILABLE)).delay();
                            })
                            .toList())
                    .allSatisfy(delay -> assertThat(delay).isBetween(seconds(5), seconds(60)))
                    .anySatisfy(delay -> assertThat(delay).isGreaterThan(seconds(50)));
        }

        @ParameterizedTest(name = "{0}: {1}-{2} s")
        @CsvSource({"CLOSED_RESTARTING, 5, 30", "CLOSED_TRY_LATER, 30, 60"})
        void aRowWithAPaceOfItsOwnKeepsIt(FailureKind kind, int min, int max) {
            assertThat(seeds().mapToObj(seed ->
                                    new Told(seed).settled().retries(of(kind)).delay())
                            .toList())
                    .allSatisfy(delay -> assertThat(delay).isBetween(seconds(min), seconds(max)))
                    .anySatisfy(delay -> assertThat(delay).isGreaterThan(seconds(max - 3)))
                    .anySatisfy(delay -> assertThat(delay).isLessThan(seconds(min + 3)));
        }

        @Test
        void aPeerThatSaysHowLongKeepsThePaceHoweverOften() {
            Told told = new Told(1);
            for (int i = 0; i < 30; i++) {
                Decision.Retry retry = told.retries(hinted(THROTTLED, seconds(3)));
                assertThat(retry.slowLane()).isFalse();
                assertThat(retry.delay()).isBetween(seconds(3), seconds(63));
            }
        }
    }

    @Nested
    class Repairable {

        private final Told told = new Told(1).canRepair(Repair.CREDENTIAL);

        @Test
        void isRepairedOnce() {
            Decision.RepairFirst repair = (Decision.RepairFirst) told.fails(of(UNAUTHORIZED));
            assertThat(repair.repair()).isEqualTo(Repair.CREDENTIAL);
            assertThat(repair.delay()).isBetween(FLOOR, seconds(1));
            assertGivesUp(told.fails(of(UNAUTHORIZED)), "right after its repair");
        }

        @Test
        void aReadySessionEarnsAnotherRepair() {
            told.fails(of(UNAUTHORIZED));
            assertThat(told.ready().fails(of(UNAUTHORIZED))).isInstanceOf(Decision.RepairFirst.class);
        }

        @Test
        void anotherFailureBetweenEarnsAnotherRepair() {
            told.fails(of(UNAUTHORIZED));
            told.fails(of(CONNECT_TIMEOUT));
            assertThat(told.fails(of(UNAUTHORIZED))).isInstanceOf(Decision.RepairFirst.class);
        }

        @Test
        void twoKindsThatTakeTurnsDoNotRepairForEver() {
            told.fails(of(UNAUTHORIZED));
            assertThat(told.fails(of(FORBIDDEN))).isInstanceOf(Decision.RepairFirst.class);
            assertGivesUp(told.fails(of(UNAUTHORIZED)), "right after its repair");
        }

        @ParameterizedTest(name = "{0} without means: permanent")
        @EnumSource(
                value = FailureKind.class,
                names = {
                    "UNAUTHORIZED",
                    "BAD_REQUEST",
                    "GONE",
                    "MISDIRECTED",
                    "READY_REFUSED",
                    "RESUME_REFUSED",
                    "PROXY_AUTHENTICATION",
                    "TLS_CLIENT_REJECTED",
                    "CLOSED_UNAUTHORIZED"
                })
        void withoutMeansItIsPermanent(FailureKind kind) {
            assertGivesUp(new Told(1).fails(of(kind)), "it takes another", "none to be had");
        }

        @ParameterizedTest(name = "{0} without means: suspect")
        @EnumSource(
                value = FailureKind.class,
                names = {"FORBIDDEN", "NOT_FOUND", "CLOSED_POLICY"})
        void withoutMeansItIsSuspectWhereTheRowSaysSo(FailureKind kind) {
            Told helpless = new Told(1);
            assertThat(helpless.retries(of(kind)).slowLane()).isTrue();
            assertGivesUp(helpless.after(Duration.ofHours(24)).fails(of(kind)), "24h");
        }

        @Test
        void aHintIsWaitedForAfterTheRepairToo() {
            Decision.RepairFirst repair = (Decision.RepairFirst) told.fails(hinted(UNAUTHORIZED, seconds(40)));
            assertThat(repair.notBefore()).isEqualTo(seconds(40));
            assertThat(repair.delay()).isBetween(seconds(40), seconds(41));
        }
    }

    @Nested
    class Suspect {

        @Test
        void goesToTheSlowLaneAtOnceAndIsSaidOnce() {
            Told told = new Told(1);
            Decision.Retry first = told.retriesAndWaits(of(NAME_NOT_FOUND));
            assertThat(first.slowLane()).isTrue();
            assertThat(first.news()).isTrue();
            assertThat(told.retriesAndWaits(of(NAME_NOT_FOUND)).news()).isFalse();
            assertThat(told.retriesAndWaits(of(NOT_HTTP)).news()).isTrue();
            assertThat(told.retriesAndWaits(of(NAME_NOT_FOUND)).news()).isFalse();
            assertThat(told.settled().retries(of(NAME_NOT_FOUND)).news()).isTrue();
        }

        @Test
        void growsFromBaseToCapAndIsNeverInStep() {
            int[] most = {60, 120, 240, 480, 900, 900, 900};
            List<Told> fleet = seeds().mapToObj(Told::new).toList();
            for (int step : most) {
                List<Duration> delays = fleet.stream()
                        .map(told -> told.retriesAndWaits(of(NAME_NOT_FOUND)).delay())
                        .toList();
                assertThat(delays).allSatisfy(delay -> assertThat(delay).isBetween(seconds(30), seconds(step)));
                assertThat(delays).anySatisfy(delay -> assertThat(delay).isGreaterThan(seconds(step * 8 / 10)));
                assertThat(delays).doesNotHaveDuplicates();
            }
        }

        @Test
        void aHintLengthensTheSlowLaneToo() {
            Decision.Retry retry = new Told(1).retries(hinted(CONFLICT, Duration.ofHours(2)));
            assertThat(retry.slowLane()).isTrue();
            assertThat(retry.notBefore()).isEqualTo(Duration.ofHours(2));
            assertThat(retry.delay())
                    .isBetween(Duration.ofHours(2), Duration.ofHours(2).plusSeconds(1));
            assertThat(new Told(1).retries(hinted(CONFLICT, seconds(1))).delay())
                    .isGreaterThanOrEqualTo(seconds(30));
        }

        @Test
        void boundedIsGivenUpInTheEnd() {
            Told told = new Told(1);
            Instant began = told.now();
            Decision decision = told.fails(of(TLS_CERTIFICATE_DATE));
            while (decision instanceof Decision.Retry retry) {
                told.after(retry.delay());
                decision = told.fails(of(TLS_CERTIFICATE_DATE));
            }
            assertGivesUp(decision, "suspect for 24h", "retry.slow-lane.give-up");
            assertThat(Duration.between(began, told.now()))
                    .isBetween(Duration.ofHours(24), Duration.ofMinutes(24 * 60 + 15));
        }

        @Test
        void unboundedIsNeverGivenUp() {
            Told told = new Told(1);
            for (int i = 0; i < 5_000; i++) {
                told.retriesAndWaits(of(NAME_NOT_FOUND));
            }
            assertThat(told.history().failuresInARow()).isEqualTo(5_000);
        }

        @Test
        void aSuspicionIsOnlyAsOldAsWhatConfirmsIt() {
            Told told = new Told(1);
            told.retries(of(NOT_FOUND));
            told.after(Duration.ofHours(1)).retries(of(NAME_NOT_FOUND));
            Decision.Retry again = told.after(Duration.ofHours(40)).retries(of(NOT_FOUND));
            assertThat(again.slowLane()).isTrue();
            assertThat(told.after(Duration.ofHours(23)).fails(of(NOT_FOUND))).isInstanceOf(Decision.Retry.class);
            assertGivesUp(told.after(Duration.ofHours(1)).fails(of(CONFLICT)), "24h");
        }

        @Test
        void aSessionThatOnlyBecomesReadyDoesNotEndIt() {
            Told told = new Told(1);
            told.retries(of(CONFLICT));
            assertGivesUp(told.after(Duration.ofHours(25)).ready().fails(of(CONFLICT)), "24h");
            Told well = new Told(1);
            well.retries(of(CONFLICT));
            assertThat(well.after(Duration.ofHours(25)).settled().fails(of(CONFLICT)))
                    .isInstanceOf(Decision.Retry.class);
        }
    }

    @Nested
    class Permanent {

        @Test
        void isGivenUpAtOnceWithTheRule() {
            assertGivesUp(new Told(1).fails(of(TLS_UNTRUSTED)), "waiting changes nothing", "table");
            assertGivesUp(
                    new Told(1).fails(of(LOST).ruled(Treatment.of(Ruling.PERMANENT), "override kind:LOST")),
                    "override kind:LOST");
        }
    }

    @Nested
    class Done {

        @Test
        void isNoFailure() {
            Told told = new Told(1);
            told.retries(of(LOST));
            History before = told.history();
            assertThat(told.fails(of(DRAINED))).isInstanceOf(Decision.Finish.class);
            assertThat(told.history()).isEqualTo(before);
        }

        @Test
        void aNormalCloseIsALossUnlessItIsDone() {
            assertThat(new Told(1).fails(of(CLOSED_NORMALLY))).isInstanceOf(Decision.Retry.class);
            Told done = new Told(1, USUAL, true);
            assertThat(done.fails(of(CLOSED_NORMALLY))).isInstanceOf(Decision.Finish.class);
            assertThat(done.history()).isEqualTo(History.NONE);
            assertThat(done.fails(of(CLOSED_GOING_AWAY))).isInstanceOf(Decision.Retry.class);
        }

        @Test
        void aRuleOfItsOwnStandsBeforeNormalClose() {
            Failure ruled = of(CLOSED_NORMALLY).ruled(Treatment.of(Ruling.TRANSIENT), "classifier");
            assertThat(new Told(1, USUAL, true).fails(ruled)).isInstanceOf(Decision.Retry.class);
        }
    }

    @Nested
    class Ladders {

        @ParameterizedTest(name = "{0}: {1} within 10 min")
        @CsvSource({"CLOSED_PROTOCOL_ERROR, 3", "BAD_FRAME, 3", "BAD_TEXT, 3"})
        void becomesSuspect(FailureKind kind, int count) {
            Told told = new Told(1);
            for (int i = 1; i < count; i++) {
                assertThat(told.retries(of(kind)).slowLane()).isFalse();
                told.after(Duration.ofMinutes(4));
            }
            Decision.Retry climbed = told.retries(of(kind));
            assertThat(climbed.slowLane()).isTrue();
            assertThat(climbed.news()).isTrue();
        }

        @ParameterizedTest(name = "{0}: {1} within 10 min")
        @CsvSource({"CLOSED_BAD_DATA, 2", "CLOSED_TOO_BIG, 2", "EVICTED, 3"})
        void becomesPermanentEvenIfSessionsSettleBetween(FailureKind kind, int count) {
            Told told = new Told(1);
            for (int i = 1; i < count; i++) {
                assertThat(told.fails(of(kind))).isInstanceOf(Decision.Retry.class);
                told.after(Duration.ofMinutes(4)).settled();
            }
            assertGivesUp(told.fails(of(kind)), count + " within 10 min");
        }

        @Test
        void whatLeftTheWindowDoesNotCount() {
            Told told = new Told(1);
            for (int i = 0; i < 20; i++) {
                assertThat(told.retries(of(CLOSED_TOO_BIG)).slowLane()).isTrue();
                told.after(Duration.ofMinutes(10)).settled();
            }
        }

        @Test
        void stepsOfOtherKindsDoNotPushOutWhatCounts() {
            List<FailureKind> kinds = List.of(CLOSED_PROTOCOL_ERROR, BAD_FRAME, BAD_TEXT, EVICTED);
            Told told = new Told(1);
            for (int round = 1; round <= 2; round++) {
                for (FailureKind kind : kinds) {
                    assertThat(told.after(seconds(30)).retries(of(kind)).slowLane())
                            .isFalse();
                }
            }
            assertThat(told.after(seconds(30))
                            .retries(of(CLOSED_PROTOCOL_ERROR))
                            .slowLane())
                    .isTrue();
            assertThat(told.after(seconds(30)).retries(of(BAD_FRAME)).slowLane())
                    .isTrue();
            assertThat(told.after(seconds(30)).retries(of(BAD_TEXT)).slowLane()).isTrue();
            assertGivesUp(told.after(seconds(30)).fails(of(EVICTED)), "3 within 10 min");
        }

        @Test
        void aClimbedLadderOutlastsItsWindowUntilASessionSettles() {
            Told told = new Told(1);
            told.retries(of(BAD_FRAME));
            told.retries(of(BAD_FRAME));
            told.retries(of(BAD_FRAME));
            assertThat(told.after(Duration.ofHours(1)).retries(of(BAD_FRAME)).slowLane())
                    .isTrue();
            assertGivesUp(told.after(Duration.ofHours(23)).fails(of(BAD_FRAME)), "24h");
            Told well = new Told(1);
            well.retries(of(BAD_FRAME));
            well.retries(of(BAD_FRAME));
            well.retries(of(BAD_FRAME));
            assertThat(well.after(Duration.ofHours(1))
                            .settled()
                            .retries(of(BAD_FRAME))
                            .slowLane())
                    .isFalse();
        }

        @Test
        void fiveServerErrorsWithNoReadyBetweenAreSuspect() {
            Told told = new Told(1);
            for (int i = 0; i < 4; i++) {
                assertThat(told.retries(of(CLOSED_SERVER_ERROR)).slowLane()).isFalse();
            }
            told.ready();
            for (int i = 0; i < 4; i++) {
                assertThat(told.retries(of(CLOSED_SERVER_ERROR)).slowLane()).isFalse();
                told.retries(of(HANDSHAKE_BROKEN));
            }
            assertThat(told.retries(of(CLOSED_SERVER_ERROR)).slowLane()).isTrue();
        }

        @Test
        void anOverrideHasNoLadder() {
            Told told = new Told(1);
            for (int i = 0; i < 9; i++) {
                assertThat(told.retries(of(BAD_FRAME).ruled(Treatment.of(Ruling.TRANSIENT), "override"))
                                .slowLane())
                        .isFalse();
            }
        }
    }

    @Nested
    class SlowLane {

        @Test
        void theTenthOfTheSameChangesToItAndIsSaidOnce() {
            Told told = new Told(1);
            for (int i = 1; i < 10; i++) {
                Decision.Retry retry = told.retriesAndWaits(of(CONNECTION_REFUSED));
                assertThat(retry.slowLane() || retry.news()).isFalse();
            }
            Decision.Retry tenth = told.retriesAndWaits(of(CONNECTION_REFUSED));
            assertThat(tenth.slowLane()).isTrue();
            assertThat(tenth.news()).isTrue();
            assertThat(tenth.because()).contains("10 of the same");
            assertThat(tenth.delay()).isBetween(seconds(30), seconds(60));
            assertThat(told.retries(of(CONNECTION_REFUSED)).news()).isFalse();
        }

        @Test
        void neverBecomesPermanentByCounting() {
            Told told = new Told(1);
            for (int i = 0; i < 20_000; i++) {
                assertThat(told.retriesAndWaits(of(CONNECTION_REFUSED)).delay())
                        .isLessThanOrEqualTo(Duration.ofMinutes(15));
            }
        }

        @Test
        void otherKindsBetweenDoNotHideTheSame() {
            Told told = new Told(1);
            for (int i = 1; i < 10; i++) {
                told.retries(of(CONNECTION_REFUSED));
                told.retries(of(CONNECT_TIMEOUT));
            }
            assertThat(told.retries(of(CONNECTION_REFUSED)).slowLane()).isTrue();
        }

        @Test
        void aReadySessionEndsIt() {
            Told told = new Told(1);
            for (int i = 0; i < 12; i++) {
                told.retries(of(CONNECTION_REFUSED));
            }
            Decision.Retry after = told.ready().retries(of(CONNECTION_REFUSED));
            assertThat(after.slowLane()).isFalse();
            assertThat(after.delay()).isLessThanOrEqualTo(seconds(60));
        }

        @Test
        void aPeerThatWantsAPauseAndDoesNotSayHowLongComesToItToo() {
            Told told = new Told(1);
            for (int i = 1; i < 10; i++) {
                assertThat(told.retries(of(UNAVAILABLE)).slowLane()).isFalse();
            }
            assertThat(told.retries(of(UNAVAILABLE)).slowLane()).isTrue();
        }
    }

    @Nested
    class MaxAttempts {

        @ParameterizedTest
        @EnumSource(
                value = FailureKind.class,
                names = {"CONNECTION_REFUSED", "THROTTLED", "UNAUTHORIZED", "NAME_NOT_FOUND", "TLS_CERTIFICATE_DATE"})
        void countWhateverFails(FailureKind last) {
            Told told = new Told(1, giveUpAfter(3), false).canRepair(Repair.CREDENTIAL);
            assertThat(told.fails(of(LOST))).isInstanceOf(Decision.Retry.class);
            assertThat(told.ready().fails(of(LOST))).isInstanceOf(Decision.Retry.class);
            assertGivesUp(told.fails(of(last)), "retry.max-attempts = 3");
        }

        @Test
        void aSettledSessionStartsTheCountAnew() {
            Told told = new Told(1, giveUpAfter(2), false);
            for (int i = 0; i < 50; i++) {
                assertThat(told.settled().fails(of(LOST))).isInstanceOf(Decision.Retry.class);
            }
        }

        @Test
        void oneMeansNoRetryAtAll() {
            assertGivesUp(new Told(1, giveUpAfter(1), false).fails(of(LOST)), "retry.max-attempts = 1");
        }

        @Test
        void whatIsPermanentAnywayKeepsItsReason() {
            assertGivesUp(new Told(1, giveUpAfter(1), false).fails(of(TLS_WRONG_HOST)), "waiting changes nothing");
        }

        @Test
        void whatIsDoneIsNotCounted() {
            assertThat(new Told(1, giveUpAfter(1), false).fails(of(REMOVED))).isInstanceOf(Decision.Finish.class);
        }
    }

    @Nested
    class WithOtherUris {

        private final Told told = new Told(7).failsOver(true, true);

        @ParameterizedTest
        @EnumSource(names = {"TLS_UNTRUSTED", "GONE", "REJECTED", "DESTINATION_FORBIDDEN"})
        void whatIsFinalThereIsTriedElsewhere(FailureKind kind) {
            assertThat(told.retries(of(kind)).because()).startsWith("final there");
            assertGivesUp(told.failsOver(false, false).fails(of(kind)));
        }

        @ParameterizedTest
        @EnumSource(names = {"UNAUTHORIZED", "PROXY_FORBIDDEN", "INVALID_SPEC", "CLOSED_UNSUPPORTED"})
        void whatIsFinalEverywhereIsGivenUp(FailureKind kind) {
            assertGivesUp(told.fails(of(kind)));
        }

        @Test
        void whatIsSuspectThereIsNotWaitedForAsLongAsThereIsAnother() {
            assertThat(told.retries(of(NAME_NOT_FOUND)).slowLane()).isFalse();
            assertThat(told.failsOver(true, false).retries(of(NAME_NOT_FOUND)).slowLane())
                    .isTrue();
        }

        @Test
        void aHintIsForTheOneThatGaveIt() {
            assertThat(told.retries(hinted(UNAVAILABLE, seconds(120))).delay()).isLessThan(seconds(10));
            assertThat(told.failsOver(true, false)
                            .retries(hinted(UNAVAILABLE, seconds(120)))
                            .delay())
                    .isGreaterThanOrEqualTo(seconds(120));
        }

        @Test
        void attemptsCountOnAllOfThem() {
            Told few = new Told(7, giveUpAfter(2), false).failsOver(true, true);
            few.retries(of(CONNECTION_REFUSED));
            assertGivesUp(few.fails(of(CONNECTION_REFUSED)), "max-attempts");
        }
    }
}
