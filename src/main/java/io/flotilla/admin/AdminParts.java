package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.spec.ApiSpecs;
import io.flotilla.telemetry.Trend;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What an {@link AdminServer} serves besides the fleet.
 *
 * @param specs reads what is put
 * @param metrics gives them as text for Prometheus; empty: there is no {@code /metrics}
 * @param trend gives the last hour; empty: there is no {@code /api/v1/trend}
 * @param loaded whether everything that is wanted was put; until then the fleet is not ready
 * @param drain is run when somebody asks for a drain; must not block
 */
public record AdminParts(
        ApiSpecs specs,
        Optional<Supplier<String>> metrics,
        Optional<Supplier<List<Trend.Step>>> trend,
        BooleanSupplier loaded,
        Runnable drain,
        Clock clock) {

    /** For an embedder: what is put has no templates, there are no metrics and no trend, and a drain closes the fleet. */
    public static AdminParts of(Fleet fleet) {
        return new AdminParts(
                ApiSpecs.ofCode(), Optional.empty(), Optional.empty(), () -> true, fleet::close, Clock.systemUTC());
    }

    public AdminParts specs(ApiSpecs other) {
        return new AdminParts(other, metrics, trend, loaded, drain, clock);
    }

    public AdminParts metrics(Supplier<String> text) {
        return new AdminParts(specs, Optional.of(text), trend, loaded, drain, clock);
    }

    public AdminParts trend(Supplier<List<Trend.Step>> steps) {
        return new AdminParts(specs, metrics, Optional.of(steps), loaded, drain, clock);
    }

    public AdminParts loaded(BooleanSupplier whether) {
        return new AdminParts(specs, metrics, trend, whether, drain, clock);
    }

    public AdminParts drain(Runnable other) {
        return new AdminParts(specs, metrics, trend, loaded, other, clock);
    }

    public AdminParts clock(Clock other) {
        return new AdminParts(specs, metrics, trend, loaded, drain, other);
    }
}
