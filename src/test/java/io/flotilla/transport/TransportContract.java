package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.*;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every transport must do, at real sockets: each row of the table that a peer can bring about is told as that row, once. */
public abstract class TransportContract extends OnGround {

    /** Rows that no peer can bring about at a link, with the reason. */
    private static final Map<FailureKind, String> NOT_A_PEERS = Map.ofEntries(
            entry(UNREACHABLE, "routing is the network's; the error numbers are in NettyFailuresTest"),
            entry(READY_TIMEOUT, "the connection judges what messages mean"),
            entry(READY_REFUSED, "the connection judges what messages mean"),
            entry(SILENT, "the connection subscribes again first; FleetLivenessTest has it for each transport"),
            entry(RESUME_REFUSED, "the connection judges what messages mean"),
            entry(EVICTED, "a dialect or an override makes it of a close code"),
            entry(SLOW_CONSUMER, "our own consumer stalls: SlowConsumerContract"),
            entry(HANDLER_FAILED, "our own user code fails"),
            entry(SINK_UNAVAILABLE, "our own sink is down"),
            entry(UNKNOWN, "what has no row yet"));

    /** Rows that this transport cannot tell, by the beginnings of what they are called, each with the reason. */
    protected Map<String, String> cannot() {
        return Map.of();
    }

    private boolean can(ContractRow row) {
        return cannot().keySet().stream()
                .noneMatch(beginning ->
                        row.name().startsWith(beginning) || row.kind().name().startsWith(beginning));
    }

    static List<ContractRow> rows() {
        return Stream.of(
                        DialRows.beforeTls(),
                        DialRows.inTls(),
                        TlsRows.rows(),
                        DestinationRows.rows(),
                        ProxyRows.rows(),
                        UpgradeRows.broken(),
                        UpgradeRows.redirects(),
                        UpgradeRows.statuses(),
                        OpenRows.closeCodes(),
                        OpenRows.lost(),
                        OpenRows.violations(),
                        OpenRows.asked())
                .flatMap(List::stream)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> aPeerCanBringAbout() {
        return rows().stream().filter(this::can).map(row -> DynamicTest.dynamicTest(row.toString(), () -> isTold(row)));
    }

    private void isTold(ContractRow row) {
        Dialed dialed = row.bringAbout().apply(ground());
        Failure failure = dialed.awaitEnded();
        assertThat(failure.kind())
                .as("%s; %s", row + ": " + failure, failure.evidence())
                .isEqualTo(row.kind());
        assertThat(failure.phase()).as("%s", failure).isEqualTo(row.phase());
        assertThat(failure.evidence().generation()).isEqualTo(7);
        assertThat(failure.detail()).isNotBlank();
        row.more().accept(ground(), failure);
        assertThat(dialed.messages()).isEmpty();
        assertThat(dialed.sendNow(Frame.text("too late"))).isFalse();
        dialed.link().close(REMOVED, 1000, "");
        dialed.link().abort(REMOVED);
        assertThat(dialed.order()).containsOnlyOnce("ended").endsWith("ended");
    }

    @Test
    void whatItCannotDoIsARow() {
        assertThat(cannot().keySet())
                .allSatisfy(beginning -> assertThat(rows())
                        .anyMatch(row -> row.name().startsWith(beginning)
                                || row.kind().name().startsWith(beginning)));
    }

    @Test
    void everyRowIsBroughtAboutOrSaysWhyNoPeerCan() {
        Set<FailureKind> covered = EnumSet.noneOf(FailureKind.class);
        rows().forEach(row -> covered.add(row.kind()));
        assertThat(covered).doesNotContainAnyElementsOf(NOT_A_PEERS.keySet());
        covered.addAll(NOT_A_PEERS.keySet());
        assertThat(covered).containsExactlyInAnyOrder(FailureKind.values());
    }
}
