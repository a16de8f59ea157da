package io.flotilla.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flotilla.failure.Overrides.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassificationTest {

    private static final Overrides REPAIRS_4401 = overrides("close:4401", Ruling.REPAIR_ENDPOINT);

    @Test
    void withoutAnyRuleTheTableStands() {
        Failure seen = Seen.close(4401);
        Failure judged = Classification.STANDARD.judge(seen);
        assertThat(judged).isEqualTo(seen);
        assertThat(judged.rule()).isEqualTo("table");
        assertThat(judged.ruledByTable()).isTrue();
    }

    @Test
    void aDialectStandsBeforeTheTable() {
        Failure judged = with(Dialect.HTTP_MIRROR, Overrides.NONE, null).judge(Seen.close(4401));
        assertThat(judged.treatment().ruling()).isEqualTo(Ruling.REPAIR_CREDENTIAL);
        assertThat(judged.rule()).isEqualTo("http-mirror close:4401");
        assertThat(judged.kind()).isEqualTo(FailureKind.CLOSED_BY_APPLICATION);
    }

    @Test
    void anOverrideStandsBeforeTheDialect() {
        Failure judged = with(Dialect.HTTP_MIRROR, REPAIRS_4401, null).judge(Seen.close(4401));
        assertThat(judged.treatment().ruling()).isEqualTo(Ruling.REPAIR_ENDPOINT);
        assertThat(judged.rule()).isEqualTo("override close:4401");
    }

    @Test
    void evenAWideOverrideStandsBeforeTheDialect() {
        Failure judged = with(Dialect.HTTP_MIRROR, overrides("close:4000-4999", Ruling.DONE), null)
                .judge(Seen.close(4401));
        assertThat(judged.verdict()).isEqualTo(Verdict.DONE);
    }

    @Test
    void theHookHasTheLastWord() {
        Failure judged = with(Dialect.HTTP_MIRROR, REPAIRS_4401, failure -> Optional.of(Ruling.PERMANENT))
                .judge(Seen.close(4401));
        assertThat(judged.treatment().ruling()).isEqualTo(Ruling.PERMANENT);
        assertThat(judged.rule()).isEqualTo("classifier");
    }

    @Test
    void theHookSeesEverythingAndMayLeaveItAsItIs() {
        List<Failure> asked = new ArrayList<>();
        Classifier hook = failure -> {
            asked.add(failure);
            return Optional.empty();
        };
        Failure seen = Seen.status(503)
                .hinting(Optional.of(Duration.ofSeconds(7)))
                .in(Phase.UPGRADE)
                .from(Origin.PROXY);
        Failure judged = with(Dialect.STANDARD, overrides("http:5xx", Ruling.SUSPECT), hook)
                .judge(seen);
        assertThat(asked).containsExactly(judged);
        assertThat(judged.evidence()).isSameAs(seen.evidence());
        assertThat(judged.hint()).contains(Duration.ofSeconds(7));
        assertThat(judged.origin()).isEqualTo(Origin.PROXY);
        assertThat(judged.rule()).isEqualTo("override http:5xx");
    }

    @Test
    void aHookThatThrowsIsTheCallersToReport() {
        Classification classification = with(Dialect.HTTP_MIRROR, Overrides.NONE, failure -> {
            throw new IllegalStateException("bug");
        });
        Failure seen = Seen.close(4401);
        assertThatIllegalStateException().isThrownBy(() -> classification.judge(seen));
        assertThat(classification.withoutHook(seen).treatment().ruling()).isEqualTo(Ruling.REPAIR_CREDENTIAL);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void anOverrideMeansExactlyItsWordInEveryRow(FailureKind kind) {
        for (Ruling ruling : Ruling.values()) {
            Failure judged = with(Dialect.STANDARD, overrides("kind:" + kind, ruling), null)
                    .judge(Failure.of(kind, ""));
            assertThat(judged.treatment().ruling()).isEqualTo(ruling);
            assertThat(judged.treatment().ladder())
                    .as("what an override says is for ever")
                    .isEmpty();
        }
    }

    @Test
    void plainSuspectIsNeverGivenUpEvenWhereTheRowIsBounded() {
        Failure bounded = Failure.of(FailureKind.TLS_CERTIFICATE_DATE, "expired");
        assertThat(bounded.treatment().ruling()).isEqualTo(Ruling.SUSPECT_BOUNDED);
        assertThat(with(Dialect.STANDARD, overrides("kind:TLS_CERTIFICATE_DATE", Ruling.SUSPECT), null)
                        .judge(bounded)
                        .treatment()
                        .ruling())
                .isEqualTo(Ruling.SUSPECT);
    }

    @Test
    void theRowKeepsItsPaceAndTheSameRepairItsWayOut() {
        Failure later = with(Dialect.STANDARD, overrides("close:1013", Ruling.TRANSIENT_HINTED), null)
                .judge(Seen.close(1013));
        assertThat(later.treatment().pace())
                .isEqualTo(FailureKind.CLOSED_TRY_LATER.treatment().pace());
        Failure forbidden = with(Dialect.STANDARD, overrides("http:403", Ruling.REPAIR_CREDENTIAL), null)
                .judge(Seen.status(403));
        assertThat(forbidden.treatment().otherwise()).isEqualTo(Ruling.SUSPECT_BOUNDED);
        Failure other = with(Dialect.STANDARD, overrides("http:403", Ruling.REPAIR_ENDPOINT), null)
                .judge(Seen.status(403));
        assertThat(other.treatment().otherwise()).isEqualTo(Ruling.PERMANENT);
    }

    @ParameterizedTest
    @EnumSource(Ruling.class)
    void everyRulingHasOneWord(Ruling ruling) {
        assertThat(Ruling.ofWord(ruling.word())).contains(ruling);
        assertThat(Ruling.words()).contains(ruling.word());
        assertThat(Ruling.ofWord(ruling.name())).isEmpty();
        assertThat(ruling.repair().isPresent()).isEqualTo(ruling.verdict() == Verdict.REPAIRABLE);
    }

    private static Classification with(
            Dialect dialect, Overrides overrides, @org.jspecify.annotations.Nullable Classifier hook) {
        return new Classification(dialect, overrides, Optional.ofNullable(hook));
    }

    private static Overrides overrides(String key, Ruling ruling) {
        return new Overrides(List.of(new Rule(Matcher.parse(key).orElseThrow(), ruling)));
    }
}
