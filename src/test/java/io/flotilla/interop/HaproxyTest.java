package io.flotilla.interop;

import java.nio.file.Path;
import java.util.List;

/** HAProxy in front of the servers. */
class HaproxyTest extends FrontContract {

    @Override
    List<String> command(Path configuration) {
        return List.of("haproxy", "-W", "-f", configuration.toString());
    }

    @Override
    String configuration(Place at, boolean reloaded) {
        return """
                global
                    maxconn 256
                defaults
                    mode http
                    retries 0
                    timeout connect 2s
                    timeout client 20s
                    timeout server %1$ds
                    timeout tunnel %1$ds
                frontend front
                    bind 127.0.0.1:%2$d
                    bind 127.0.0.1:%3$d ssl crt %5$s
                    http-request return status 200 content-type text/plain string page if { path /page }
                    %6$s
                    default_backend back
                backend back
                    server one 127.0.0.1:%4$d
                """.formatted(
                        SILENCE.toSeconds(),
                        at.plain(),
                        at.secure(),
                        at.backend(),
                        at.pem(),
                        reloaded ? "http-request deny deny_status 403 if { path /reloaded }" : "");
    }

    @Override
    String reloadSignal() {
        return "USR2";
    }

    @Override
    int backendDown() {
        return 503;
    }
}
