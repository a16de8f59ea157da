package io.flotilla.failure;

import static io.flotilla.failure.Origin.HANDLER;
import static io.flotilla.failure.Origin.LOCAL;
import static io.flotilla.failure.Origin.NETWORK;
import static io.flotilla.failure.Origin.OPERATOR;
import static io.flotilla.failure.Origin.PEER;
import static io.flotilla.failure.Phase.CLOSING;
import static io.flotilla.failure.Phase.CONNECT;
import static io.flotilla.failure.Phase.OPEN;
import static io.flotilla.failure.Phase.READY;
import static io.flotilla.failure.Phase.RESOLVE;
import static io.flotilla.failure.Phase.TLS;
import static io.flotilla.failure.Phase.UPGRADE;
import static io.flotilla.failure.Ruling.DONE;
import static io.flotilla.failure.Ruling.PERMANENT;
import static io.flotilla.failure.Ruling.REPAIR_CREDENTIAL;
import static io.flotilla.failure.Ruling.REPAIR_ENDPOINT;
import static io.flotilla.failure.Ruling.REPAIR_SESSION;
import static io.flotilla.failure.Ruling.SUSPECT;
import static io.flotilla.failure.Ruling.SUSPECT_BOUNDED;
import static io.flotilla.failure.Ruling.TRANSIENT;
import static io.flotilla.failure.Ruling.TRANSIENT_HINTED;
import static io.flotilla.failure.Scope.CONNECTION;
import static io.flotilla.failure.Scope.CREDENTIAL;
import static io.flotilla.failure.Scope.ENDPOINT;
import static io.flotilla.failure.Scope.FLEET;

import java.time.Duration;

/** Every way in which a connection can end, in the order in which a life meets them. The names are public. */
public enum FailureKind {
    // Before the upgrade.
    INVALID_SPEC(RESOLVE, CONNECTION, LOCAL, PERMANENT, "URI, scheme, header or key material that cannot be used"),
    DESTINATION_FORBIDDEN(RESOLVE, CONNECTION, LOCAL, PERMANENT, "the name or a resolved address is not allowed"),
    LOCAL_RESOURCES(
            CONNECT, FLEET, LOCAL, TRANSIENT, "no descriptor, buffer, port or local address left on this machine"),
    NAME_NOT_FOUND(RESOLVE, ENDPOINT, NETWORK, SUSPECT, "the name does not exist or has no address"),
    NAME_LOOKUP_FAILED(RESOLVE, ENDPOINT, NETWORK, TRANSIENT, "the name server failed, refused or did not answer"),
    CONNECTION_REFUSED(CONNECT, ENDPOINT, PEER, TRANSIENT, "every address refused the TCP connection"),
    UNREACHABLE(CONNECT, ENDPOINT, NETWORK, TRANSIENT, "no route to any address"),
    CONNECT_TIMEOUT(CONNECT, ENDPOINT, NETWORK, TRANSIENT, "the deadline was met before TCP was up"),
    CREDENTIAL_UNAVAILABLE(
            RESOLVE, CREDENTIAL, LOCAL, TRANSIENT, "the credential's provider failed or did not answer in time"),
    PROXY_UNREACHABLE(
            Phase.PROXY, Scope.PROXY, Origin.PROXY, TRANSIENT, "the proxy cannot be reached or cannot reach the host"),
    PROXY_AUTHENTICATION(
            Phase.PROXY, Scope.PROXY, Origin.PROXY, REPAIR_CREDENTIAL, "the proxy does not accept our credential"),
    PROXY_FORBIDDEN(Phase.PROXY, Scope.PROXY, Origin.PROXY, PERMANENT, "the proxy does not allow the destination"),
    TLS_UNTRUSTED(TLS, ENDPOINT, PEER, PERMANENT, "unknown authority, self-signed, revoked, or not the pinned one"),
    TLS_WRONG_HOST(TLS, ENDPOINT, PEER, PERMANENT, "the certificate is for another name"),
    TLS_CERTIFICATE_DATE(TLS, ENDPOINT, PEER, SUSPECT_BOUNDED, "the certificate has expired or is not yet valid"),
    TLS_CLIENT_REJECTED(TLS, CREDENTIAL, PEER, REPAIR_CREDENTIAL, "the peer does not accept our certificate"),
    TLS_INCOMPATIBLE(TLS, ENDPOINT, PEER, PERMANENT, "no common version or cipher, or an unrecognized name"),
    TLS_NOT_TLS(TLS, ENDPOINT, PEER, SUSPECT_BOUNDED, "the port answers something that is not TLS"),
    TLS_BROKEN(TLS, ENDPOINT, NETWORK, TRANSIENT, "the TLS handshake ended or stalled half-way"),

    // The answer to the upgrade request.
    HANDSHAKE_TIMEOUT(UPGRADE, ENDPOINT, PEER, TRANSIENT, "the deadline was met before the answer was complete"),
    HANDSHAKE_BROKEN(UPGRADE, ENDPOINT, NETWORK, TRANSIENT, "the connection ended before a whole answer"),
    NOT_HTTP(UPGRADE, ENDPOINT, PEER, SUSPECT_BOUNDED, "bytes that are no HTTP answer, or a head over its limits"),
    NOT_WEBSOCKET(UPGRADE, ENDPOINT, PEER, SUSPECT_BOUNDED, "a 2xx page, or a 101 that is no valid upgrade"),
    EXTENSION_MISMATCH(UPGRADE, CONNECTION, PEER, PERMANENT, "an extension or subprotocol that was not offered"),
    SUBPROTOCOL_REFUSED(UPGRADE, CONNECTION, PEER, PERMANENT, "a required subprotocol was not chosen"),
    REDIRECT_REFUSED(
            UPGRADE,
            CONNECTION,
            PEER,
            PERMANENT,
            "a redirect in a loop, to a lesser scheme, one too many, or unusable"),
    BAD_REQUEST(UPGRADE, CONNECTION, PEER, Treatment.of(REPAIR_ENDPOINT), "HTTP 400"),
    UNAUTHORIZED(UPGRADE, CREDENTIAL, PEER, REPAIR_CREDENTIAL, "HTTP 401"),
    FORBIDDEN(
            UPGRADE,
            CREDENTIAL,
            PEER,
            Treatment.of(REPAIR_CREDENTIAL).otherwise(SUSPECT_BOUNDED),
            "HTTP 403; firewalls say it for rate limits too"),
    NOT_FOUND(
            UPGRADE,
            CONNECTION,
            PEER,
            Treatment.of(REPAIR_ENDPOINT).otherwise(SUSPECT_BOUNDED),
            "HTTP 404; happens for a while in a rolling deploy"),
    GONE(UPGRADE, CONNECTION, PEER, Treatment.of(REPAIR_ENDPOINT), "HTTP 410"),
    REQUEST_TIMEOUT(UPGRADE, ENDPOINT, PEER, TRANSIENT, "HTTP 408"),
    CONFLICT(UPGRADE, CONNECTION, PEER, SUSPECT_BOUNDED, "HTTP 409, 423 or 424: another session may be active"),
    BANNED(UPGRADE, ENDPOINT, PEER, TRANSIENT_HINTED, "HTTP 418: exchanges ban addresses with it"),
    MISDIRECTED(UPGRADE, ENDPOINT, PEER, REPAIR_ENDPOINT, "HTTP 421: wrong server for this name (RFC 9110 15.5.20)"),
    TOO_EARLY(UPGRADE, ENDPOINT, PEER, TRANSIENT, "HTTP 425 (RFC 8470)"),
    UPGRADE_REQUIRED(UPGRADE, ENDPOINT, PEER, PERMANENT, "HTTP 426: the peer wants another protocol or version"),
    THROTTLED(UPGRADE, CREDENTIAL, PEER, TRANSIENT_HINTED, "HTTP 429: too many dials; Retry-After is honoured"),
    SERVER_ERROR(UPGRADE, ENDPOINT, PEER, TRANSIENT, "HTTP 500, 520-524, 527, 499, 444 and other 5xx"),
    UNAVAILABLE(UPGRADE, ENDPOINT, PEER, TRANSIENT_HINTED, "HTTP 502, 503 or 504; Retry-After is honoured"),
    ORIGIN_MISCONFIGURED(UPGRADE, ENDPOINT, PEER, SUSPECT_BOUNDED, "HTTP 507, 525, 526 or 530"),
    REJECTED(UPGRADE, CONNECTION, PEER, PERMANENT, "any other 4xx; HTTP 501, 505, 506, 508 or 511"),
    READY_TIMEOUT(READY, CONNECTION, PEER, TRANSIENT, "ready-when was not met in time"),
    READY_REFUSED(READY, CREDENTIAL, PEER, REPAIR_CREDENTIAL, "a message met fail-when"),

    // Close codes received.
    CLOSED_NORMALLY(OPEN, CONNECTION, PEER, TRANSIENT, "close code 1000; a loss as long as the connection is wanted"),
    CLOSED_GOING_AWAY(OPEN, ENDPOINT, PEER, TRANSIENT, "close code 1001"),
    CLOSED_PROTOCOL_ERROR(
            OPEN,
            CONNECTION,
            PEER,
            Treatment.of(TRANSIENT).within(3, Duration.ofMinutes(10), SUSPECT_BOUNDED),
            "close code 1002, or one that must not be on the wire (0-999, 1004-1006, 1015, 5000 and above)"),
    CLOSED_UNSUPPORTED(OPEN, CONNECTION, PEER, PERMANENT, "close code 1003 or 1010"),
    CLOSED_NO_STATUS(OPEN, CONNECTION, PEER, TRANSIENT, "a close frame without a code (1005)"),
    LOST(OPEN, CONNECTION, NETWORK, TRANSIENT, "the socket ended without a close frame (1006)"),
    CLOSED_BAD_DATA(
            OPEN,
            CONNECTION,
            PEER,
            Treatment.of(SUSPECT).within(2, Duration.ofMinutes(10), PERMANENT),
            "close code 1007: the peer could not read what was sent last"),
    CLOSED_POLICY(
            OPEN, CREDENTIAL, PEER, Treatment.of(REPAIR_CREDENTIAL).otherwise(SUSPECT_BOUNDED), "close code 1008"),
    CLOSED_TOO_BIG(
            OPEN,
            CONNECTION,
            PEER,
            Treatment.of(SUSPECT).within(2, Duration.ofMinutes(10), PERMANENT),
            "close code 1009: what was sent last was too big for the peer"),
    CLOSED_SERVER_ERROR(OPEN, ENDPOINT, PEER, Treatment.of(TRANSIENT).withoutReady(5, SUSPECT), "close code 1011"),
    CLOSED_RESTARTING(
            OPEN,
            ENDPOINT,
            PEER,
            Treatment.of(TRANSIENT_HINTED).paced(Duration.ofSeconds(5), Duration.ofSeconds(30)),
            "close code 1012"),
    CLOSED_TRY_LATER(
            OPEN,
            ENDPOINT,
            PEER,
            Treatment.of(TRANSIENT_HINTED).paced(Duration.ofSeconds(30), Duration.ofSeconds(60)),
            "close code 1013; another address is tried first"),
    CLOSED_BAD_GATEWAY(OPEN, ENDPOINT, PEER, TRANSIENT, "close code 1014"),
    CLOSED_UNASSIGNED(OPEN, CONNECTION, PEER, SUSPECT, "close code 1016-2999"),
    CLOSED_UNAUTHORIZED(OPEN, CREDENTIAL, PEER, REPAIR_CREDENTIAL, "close code 3000"),
    CLOSED_FORBIDDEN(OPEN, CREDENTIAL, PEER, PERMANENT, "close code 3003"),
    CLOSED_TIMEOUT(OPEN, CONNECTION, PEER, TRANSIENT, "close code 3008"),
    CLOSED_BY_LIBRARY(OPEN, CONNECTION, PEER, TRANSIENT, "any other close code in 3000-3999"),
    CLOSED_BY_APPLICATION(
            OPEN, CONNECTION, PEER, TRANSIENT, "close code 4000-4999: a dialect or an override says more"),

    // While open.
    PONG_TIMEOUT(OPEN, CONNECTION, NETWORK, TRANSIENT, "no inbound byte by the deadline of a ping"),
    HEARTBEAT_TIMEOUT(OPEN, CONNECTION, PEER, TRANSIENT, "no acknowledgement of a heartbeat by its deadline"),
    SILENT(OPEN, CONNECTION, PEER, TRANSIENT, "no data for liveness.silence"),
    BAD_FRAME(
            OPEN,
            CONNECTION,
            PEER,
            Treatment.of(TRANSIENT).within(3, Duration.ofMinutes(10), SUSPECT_BOUNDED),
            "the peer broke RFC 6455: reserved bits, opcode, mask, fragmentation, control or close frame"),
    BAD_TEXT(
            OPEN,
            CONNECTION,
            PEER,
            Treatment.of(TRANSIENT).within(3, Duration.ofMinutes(10), SUSPECT_BOUNDED),
            "a text that is not UTF-8"),
    MESSAGE_TOO_BIG(OPEN, CONNECTION, PEER, SUSPECT, "a message over receive.max-message"),
    SLOW_CONSUMER(OPEN, CONNECTION, HANDLER, TRANSIENT, "our consumer stalled for longer than its bound"),
    SEND_STALLED(OPEN, CONNECTION, NETWORK, TRANSIENT, "send.timeout went by without a byte written"),
    HANDLER_FAILED(OPEN, CONNECTION, HANDLER, PERMANENT, "user code failed and on-handler-error = stop"),
    SINK_UNAVAILABLE(OPEN, CONNECTION, LOCAL, TRANSIENT, "a sink is down; the connection is degraded, not ended"),
    RESUME_REFUSED(READY, CONNECTION, PEER, REPAIR_SESSION, "the peer will not resume the session"),
    EVICTED(
            OPEN,
            CREDENTIAL,
            PEER,
            Treatment.of(TRANSIENT_HINTED).within(3, Duration.ofMinutes(10), PERMANENT),
            "another session of our own identity took our place"),
    CLOSE_TIMEOUT(CLOSING, CONNECTION, PEER, DONE, "the peer did not answer our close; aborted at the deadline"),
    ROTATED(CLOSING, CONNECTION, OPERATOR, DONE, "a planned rotation"),
    DRAINED(CLOSING, CONNECTION, OPERATOR, DONE, "the fleet is draining"),
    STOPPED_BY_OPERATOR(CLOSING, CONNECTION, OPERATOR, DONE, "stopped or restarted on request"),
    REPLACED(CLOSING, CONNECTION, OPERATOR, DONE, "the spec was replaced by another"),
    REMOVED(CLOSING, CONNECTION, OPERATOR, DONE, "the spec was removed"),
    UNKNOWN(OPEN, CONNECTION, LOCAL, TRANSIENT, "without a row; logged with its stack once per class");

    private final Phase phase;
    private final Scope scope;
    private final Origin origin;

    @SuppressWarnings("ImmutableEnumChecker") // records of enums and durations
    private final Treatment treatment;

    private final String meaning;

    FailureKind(Phase phase, Scope scope, Origin origin, Ruling ruling, String meaning) {
        this(phase, scope, origin, Treatment.of(ruling), meaning);
    }

    FailureKind(Phase phase, Scope scope, Origin origin, Treatment treatment, String meaning) {
        this.phase = phase;
        this.scope = scope;
        this.origin = origin;
        this.treatment = treatment;
        this.meaning = meaning;
    }

    /** The phase in which it is usually met; a failure says in which it was. */
    public Phase phase() {
        return phase;
    }

    /** Whom it tells something about, besides the connection that met it. */
    public Scope scope() {
        return scope;
    }

    /** On whose side it usually arises; a failure says on whose it did. */
    public Origin origin() {
        return origin;
    }

    /** What the table prescribes when no dialect, override or hook says otherwise. */
    public Treatment treatment() {
        return treatment;
    }

    /** When it is met, for people. */
    public String meaning() {
        return meaning;
    }

    /** Whether it is how a session closed: a close frame came, or the end without one. */
    boolean isClose() {
        return compareTo(CLOSED_NORMALLY) >= 0 && compareTo(CLOSED_BY_APPLICATION) <= 0;
    }
}
