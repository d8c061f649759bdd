"""Included at the root of the site."""

from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
    path("stations/<int:station>/", views.station, name="station"),
    path("connectors/<int:connector>/trust/", views.trust_connector, name="connector-trust"),
    path("zones/<int:zone>/", views.zone, name="zone"),
    path("journal/", views.journal, name="journal"),
    path("alarms/", views.alarms, name="alarms"),
    path("alarms/<int:alarm>/acknowledge/", views.acknowledge_alarm, name="alarm-acknowledge"),
    path("alarms/<int:alarm>/trust-meter/", views.trust_meter, name="alarm-trust-meter"),
]
