package io.flotilla.app;

import static io.flotilla.app.DemoKind.Act.FAIR_WEATHER;
import static io.flotilla.app.DemoKind.Act.FOUL_WEATHER;
import static io.flotilla.app.DemoKind.Act.WRECKS;

import java.util.List;

/**
 * One kind of peer of the demo.
 *
 * @param name also the beginning of the ids, and the path
 * @param share of a hundred connections; the first kind takes what is left
 * @param does what such peers do, after "peers that"
 * @param conf what its connections have besides a URI, as in a configuration; a URI here stands instead of that of the harbour
 */
record DemoKind(String name, Act act, int share, String does, String conf) {

    /** When a kind of peer comes on. */
    enum Act {
        FAIR_WEATHER,
        FOUL_WEATHER,
        WRECKS
    }

    /** Every kind, in the order of their entrance. */
    static final List<DemoKind> ALL = List.of(
            new DemoKind("ticker", FAIR_WEATHER, 0, "tick twice a second", ""),
            new DemoKind("echo", FAIR_WEATHER, 20, "send back what they get", ""),
            new DemoKind(
                    "feed",
                    FAIR_WEATHER,
                    10,
                    "want to be subscribed to first",
                    "on-open = [\"subscribe\"], ready-when { text-contains = \"subscribed\" }"),
            new DemoKind("restless", FOUL_WEATHER, 5, "hang up (RST) every few seconds", ""),
            new DemoKind("expired", FOUL_WEATHER, 5, "say 401: our token has expired", ""),
            new DemoKind("busy", FOUL_WEATHER, 3, "say 429, Retry-After: 3", ""),
            new DemoKind("upkeep", FOUL_WEATHER, 3, "say 503, and not for how long", ""),
            new DemoKind("restart", FOUL_WEATHER, 3, "close with 1012: a restart", ""),
            new DemoKind("later", FOUL_WEATHER, 2, "close with 1013: try again later", ""),
            new DemoKind("custom", FOUL_WEATHER, 2, "close with 4001, their own code", ""),
            new DemoKind("frozen", FOUL_WEATHER, 2, "fall silent and answer no ping", ""),
            new DemoKind("deploy", FOUL_WEATHER, 2, "say 404 while they are deployed", ""),
            new DemoKind("farewell", FOUL_WEATHER, 2, "say goodbye, and close with 1000", "normal-close = done"),
            new DemoKind("locked", WRECKS, 2, "say 401, and we have no token", ""),
            new DemoKind("selfmade", WRECKS, 2, "show a self-signed certificate", "uri = \"SELFMADE\""),
            new DemoKind("nowhere", WRECKS, 2, "have a name that is not there", "uri = \"ws://nowhere.demo/\""),
            new DemoKind("missing", WRECKS, 2, "say 404, now and for ever", ""),
            new DemoKind("closed", WRECKS, 1, "do not listen at their port", "uri = \"CLOSED\""),
            new DemoKind("blackhole", WRECKS, 1, "never answer a connect", "uri = \"DEAF\""),
            new DemoKind("hang", WRECKS, 1, "take the request and say nothing", ""),
            new DemoKind("trickle", WRECKS, 1, "answer, but one byte a second", ""),
            new DemoKind("impostor", WRECKS, 1, "answer 101 with a wrong key", ""),
            new DemoKind("garbled", WRECKS, 1, "send a frame with reserved bits", ""),
            new DemoKind("mojibake", WRECKS, 1, "send a text that is no UTF-8", ""));
}
