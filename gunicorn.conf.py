"""How gunicorn serves; read by itself from the folder it is started in: gunicorn ogsm.wsgi"""

# A request says neither where the program is mounted (SCRIPT_NAME) nor, unasked, that it came over HTTPS: gunicorn
# believes that of any neighbour on this machine. Whether to believe a proxy is BEHIND_PROXY's to say.
forwarder_headers = ""
secure_scheme_headers = {}
