package io.flotilla.spec;

import java.util.Set;
import java.util.stream.Stream;

/**
 * What is wrong with a connection beyond its own keys: it names what is not there, leads where it may not, or asks for what its
 * transport cannot do.
 *
 * @param sinks names of sinks, those that are always there among them
 * @param credentials names of credentials
 * @param uriProviders names of providers of URIs
 * @param allowed where it may lead
 */
record SpecCheck(Set<String> sinks, Set<String> credentials, Set<String> uriProviders, Destinations allowed) {

    /** @param where file and line of the connection */
    void check(ConnectionSpec spec, String where, Problems problems) {
        if (!sinks.contains(spec.sink())) {
            problems.add(
                    where,
                    "Connection [" + spec.id() + "] names sink [" + spec.sink() + "]; expected one of " + sinks
                            + Nearest.hint(spec.sink(), sinks));
        }
        credential(spec, where, problems);
        destination(spec, where, problems);
        transport(spec, where, problems);
    }

    private void credential(ConnectionSpec spec, String where, Problems problems) {
        spec.credential()
                .filter(name -> !credentials.contains(name))
                .ifPresent(name -> problems.add(
                        where,
                        "Connection [" + spec.id() + "] names credential [" + name + "]; "
                                + expected(credentials, name, "flotilla.credentials")));
        spec.uriFrom()
                .filter(from -> !uriProviders.contains(from))
                .ifPresent(from -> problems.add(
                        where,
                        "Connection [" + spec.id() + "] names uri provider [" + from + "]; "
                                + expected(uriProviders, from, "flotilla.uri-providers")));
        boolean asks =
                Stream.concat(Stream.of(spec.uri()), spec.failOver().stream()).anyMatch(WebSocketUri::asksForCredential)
                        || spec.proxy().filter(Proxy::asksForCredential).isPresent()
                        || spec.headers().stream()
                                .anyMatch(header -> header.value().reveal().contains(WebSocketUri.CREDENTIAL))
                        || spec.opening().onOpen().stream()
                                .anyMatch(message -> message.reveal().contains(WebSocketUri.CREDENTIAL));
        if (asks && spec.credential().isEmpty()) {
            problems.add(where, "Connection [" + spec.id() + "] uses {credential} and names no credential");
        }
    }

    private static String expected(Set<String> names, String written, String where) {
        return names.isEmpty()
                ? "there is none in " + where
                : "expected one of " + names + Nearest.hint(written, names);
    }

    /** What can be seen without a name server; the addresses of names are looked at by each dial. */
    private void destination(ConnectionSpec spec, String where, Problems problems) {
        Stream.concat(Stream.of(spec.uri()), spec.failOver().stream())
                .map(uri -> uri.endpoint().host())
                .filter(host -> !allowed.allowsHost(host))
                .forEach(host -> problems.add(
                        where,
                        "Connection [" + spec.id() + "] leads to [" + host
                                + "], where security.allow-destinations lets none"));
        spec.proxy()
                .filter(proxy -> !allowed.allowsHost(proxy.host()))
                .ifPresent(proxy -> problems.add(
                        where,
                        "Connection [" + spec.id() + "] has its proxy at [" + proxy.host()
                                + "], where security.allow-destinations lets none"));
    }

    /** What was asked for, and the second transport cannot do. */
    private static void transport(ConnectionSpec spec, String where, Problems problems) {
        if (!spec.transport().equals("pekko-http")) {
            return;
        }
        spec.proxy().ifPresent(proxy -> problems.add(where, cannot(spec, "proxy")));
        if (spec.compression() != Settings.Compression.OFF) {
            problems.add(where, cannot(spec, "compression"));
        }
    }

    private static String cannot(ConnectionSpec spec, String key) {
        return "Connection [" + spec.id() + "] asks for " + key + ", which transport = pekko-http does not know";
    }
}
