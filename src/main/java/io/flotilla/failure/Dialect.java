package io.flotilla.failure;

import static io.flotilla.failure.Ruling.PERMANENT;
import static io.flotilla.failure.Ruling.REPAIR_CREDENTIAL;
import static io.flotilla.failure.Ruling.REPAIR_SESSION;
import static io.flotilla.failure.Ruling.SUSPECT;
import static io.flotilla.failure.Ruling.TRANSIENT;
import static io.flotilla.failure.Ruling.TRANSIENT_HINTED;

import io.flotilla.failure.Overrides.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a well-known family of servers means by its private close codes. */
public enum Dialect {
    /** RFC 6455 and the IANA registry, nothing else. */
    STANDARD(1000),
    /** Discord's gateway: leaving with 1000 or 1001 would end the session, so we leave with 4900. */
    DISCORD(
            4900,
            close(4004, 4004, PERMANENT),
            close(4010, 4014, PERMANENT),
            close(4007, 4007, REPAIR_SESSION),
            close(4009, 4009, REPAIR_SESSION),
            close(4008, 4008, TRANSIENT_HINTED)),
    CENTRIFUGO(
            1000,
            close(3000, 3499, TRANSIENT),
            close(4000, 4499, TRANSIENT),
            close(3500, 3999, PERMANENT),
            close(4500, 4999, PERMANENT)),
    PUSHER(1000, close(4000, 4099, PERMANENT), close(4100, 4999, TRANSIENT)),
    /** Close code 4xyz means what HTTP status xyz means. */
    HTTP_MIRROR(
            1000,
            close(4401, 4401, REPAIR_CREDENTIAL),
            close(4403, 4403, PERMANENT),
            close(4404, 4404, SUSPECT),
            close(4408, 4408, TRANSIENT),
            close(4429, 4429, TRANSIENT_HINTED),
            close(4500, 4599, TRANSIENT));

    private final int leaveCode;

    @SuppressWarnings("ImmutableEnumChecker") // records of enums and numbers
    private final Overrides rules;

    Dialect(int leaveCode, Rule... rules) {
        this.leaveCode = leaveCode;
        this.rules = new Overrides(List.of(rules));
    }

    /** The close code we send when we mean to come back. */
    public int leaveCode() {
        return leaveCode;
    }

    public Overrides rules() {
        return rules;
    }

    /** Its word in configuration, such as {@code http-mirror}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The dialect of that word, if there is one. */
    public static Optional<Dialect> ofWord(String word) {
        return Arrays.stream(values())
                .filter(dialect -> dialect.word().equals(word))
                .findFirst();
    }

    private static Rule close(int from, int to, Ruling ruling) {
        return new Rule(new Matcher.Close(from, to), ruling);
    }
}
