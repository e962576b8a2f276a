"""The dashboards: the province, one site, the hub's own works, one office's agent."""

from generate.grafana.parts import board, lines, number, rows, sites_variable, text

_BUCKETS = "rate(motcua_ingest_transaction_seconds_bucket[5m])"
_TRANSACTION = f"histogram_quantile(0.99, sum by (le) ({_BUCKETS}))"


def province() -> str:
    """What a technician looks at first."""
    made = board("motcua-province", "Motcua – Toàn tỉnh")
    panels = (
        number("Điểm tiếp nhận", "province:motcua_sites:count"),
        number("Mất kết nối", "province:motcua_sites_offline:count", bad_from=1),
        number(
            "Không phục vụ được",
            'count(motcua_site_verdict{state="critical"}) or vector(0)',
            bad_from=1,
        ),
        number("Cần chú ý", 'count(motcua_site_verdict{state="problem"}) or vector(0)', bad_from=1),
        number("Đang chờ", "province:motcua_tickets_waiting:sum"),
        number("Phiếu hôm nay", "sum(motcua_site_tickets_issued_today)"),
        lines(
            "Thiết bị hỏng theo đơn vị chịu trách nhiệm",
            ("province:motcua_faults:count_by_responsible", "{{responsible}}"),
        ),
        lines("Công dân đang chờ", ("motcua_site_waiting", "{{site}}")),
        rows("Đang hỏng", "motcua_site_faults > 0"),
        lines("Sự kiện chưa gửi", ("motcua_site_outbox_events", "{{site}}")),
        lines(
            "Tỷ lệ điểm mất kết nối",
            ("province:motcua_sites_offline:ratio", "toàn tỉnh"),
            unit="percentunit",
        ),
    )
    for panel in panels:
        made = made.with_panel(panel)
    return text(made)


def site() -> str:
    """One reception office."""
    made = board("motcua-site", "Motcua – Một điểm tiếp nhận").with_variable(sites_variable())
    panels = (
        number("Kết nối", 'motcua_site_online{site="$site"}'),
        number("Đang chờ", 'motcua_site_waiting{site="$site"}'),
        number("Đã cấp hôm nay", 'motcua_site_tickets_issued_today{site="$site"}'),
        number("Đã phục vụ hôm nay", 'motcua_site_tickets_served_today{site="$site"}'),
        number("Chưa gửi", 'motcua_site_outbox_events{site="$site"}'),
        number("Sự cố đang mở", 'motcua_site_open_incidents{site="$site"}', bad_from=1),
        lines("Thiết bị theo tình trạng", ('motcua_site_devices{site="$site"}', "{{state}}")),
        lines("Hàng chờ", ('motcua_site_waiting{site="$site"}', "đang chờ")),
        rows("Đang hỏng", 'motcua_site_faults{site="$site"} > 0'),
        lines("Số đo của thiết bị", ('motcua_site_number{site="$site"}', "{{quantity}}")),
        lines(
            "Không liên lạc",
            ('time() - motcua_site_last_seen_timestamp_seconds{site="$site"}', "giây"),
            unit="s",
        ),
    )
    for panel in panels:
        made = made.with_panel(panel)
    return text(made)


def hub() -> str:
    """Ingest, database, broker."""
    made = board("motcua-hub", "Motcua – Máy chủ của tỉnh")
    panels = (
        number("Nghe được các điểm", "motcua_hub_hears"),
        number("Cơ sở dữ liệu", "motcua_hub_store_up"),
        number("Sự kiện mỗi giây", "hub:motcua_ingest_events:rate5m"),
        number("Tin chờ ghi", "motcua_ingest_queue_messages"),
        number("Mâu thuẫn", "motcua_ingest_conflicts_total", bad_from=1),
        number("Tin không đọc được", "motcua_ingest_poison_messages_total", bad_from=1),
        lines("Sự kiện ghi được", ("hub:motcua_ingest_events:rate5m", "mỗi giây")),
        lines(
            "Độ trễ từ điểm đến trung tâm",
            ("hub:motcua_ingest_lag_seconds:p95_5m", "95 %"),
            unit="s",
        ),
        lines(
            "Thời gian một giao dịch",
            (
                _TRANSACTION,
                "99 %",
            ),
            unit="s",
        ),
        lines(
            "Gửi lại và từ chối",
            ("rate(motcua_ingest_duplicate_events_total[5m])", "nhận lại"),
            ("sum(rate(motcua_ingest_naks_total[5m])) or vector(0)", "từ chối"),
        ),
    )
    for panel in panels:
        made = made.with_panel(panel)
    return text(made)


def office() -> str:
    """One office's agent, scraped in the office's own network."""
    made = board("motcua-office", "Motcua – Bộ điều khiển tại điểm")
    panels = (
        number("Kết nối trung tâm", 'motcua_edge_uplink{figure="online"}'),
        number("Chưa gửi", 'motcua_edge_uplink{figure="outbox_events"}'),
        number("Chỗ trống", "motcua_edge_journal_free_bytes", "bytes"),
        number("Sự kiện đã ghi", "motcua_edge_journal_events"),
        number("Phiếu lỗi", 'motcua_edge_slips_total{outcome="failed"} or vector(0)', bad_from=1),
        number(
            "Cuộc gọi không phát được",
            'motcua_edge_announcements_total{outcome="failed"} or vector(0)',
            bad_from=1,
        ),
        lines("Sự kiện theo loại", ("rate(motcua_edge_facts_total[5m])", "{{type}}")),
        lines("Số đo của thiết bị", ("motcua_edge_device", "{{figure}}")),
        lines("Bên trong", ("motcua_edge_inside", "{{figure}}")),
        lines("Phiếu giấy", ("rate(motcua_edge_slips_total[5m])", "{{outcome}}")),
    )
    for panel in panels:
        made = made.with_panel(panel)
    return text(made)
